import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.FileReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The program that is measured. Java 8, one file, no dependency.
 *
 * <pre>
 * --hot N     N threads that call hot() in a tight loop
 * --traced N  the same with traced(), which has three callees
 * --ten N     N threads that call ten(), a method of ten variables, in a tight loop
 * --weigh N   N threads that call weigh() with an order of five fields, in a tight loop
 * --rate R    one thread that calls OrderService.place() R times a second
 * --classes K define K generated classes in 20 loaders: gen.p0.OrderService0, gen.p0.Thing1 and so on
 * stdin       snap: two collections, then one line SNAP {json}; quit
 * stdout      READY {json}, then twice a second STAT {json}:
 *             hot_ns    CPU ns per hot(), weigh() or ten() call, by the clock of the calling thread
 *             hot_bytes what those threads allocated per call
 *             place_cps calls of place() a second; stall_ms the longest of them
 *             cpu       CPU seconds that the whole process used a second; heap_mb used heap
 * </pre>
 */
public class Target {

    private long limit = Long.MAX_VALUE;

    // ---- what is watched -----------------------------------------------------------------------------------------

    public long hot(long x) {
        return inner(x) + 1;
    }

    public long weigh(Order order, long x) {
        return inner(x) + order.id;
    }

    /** Ten variables at its last line, the argument among them. */
    public long ten(long x) {
        int a = (int) x & 0xff;
        int b = a + 1;
        long c = x ^ b;
        double d = 0.5 * b;
        boolean e = a > b;
        char f = (char) (a + 'a');
        String g = "seven";
        String h = null;
        Object i = g;
        return inner(c);
    }

    public long inner(long x) {
        x ^= x << 13;
        x ^= x >>> 7;
        x ^= x << 17;
        x ^= x << 13;
        x ^= x >>> 7;
        x ^= x << 17;
        return x & Long.MAX_VALUE;
    }

    public long traced(long x) {
        return second(first(x)) ^ third(x);
    }

    public long first(long x) {
        return inner(x) + 1;
    }

    public long second(long x) {
        return inner(x) + 2;
    }

    public long third(long x) {
        return inner(x) + 3;
    }

    public static class Order {
        public final long id;
        public final String customer;
        public int quantity;
        public double price;
        public String state = "NEW";

        Order(long id, String customer, double price) {
            this.id = id;
            this.customer = customer;
            this.price = price;
        }

        @Override
        public String toString() {
            return "Order#" + id + "(" + customer + ",qty=" + quantity + "," + state + ")";
        }
    }

    public static class OrderService {
        long total;

        public Order place(Order order, int quantity) {
            validate(order, quantity);
            order.quantity = quantity;
            order.price = price(order, quantity);
            order.state = "PLACED";
            total += quantity;
            return order;
        }

        void validate(Order order, int quantity) {
            if (quantity < 0 || order.customer == null) {
                throw new IllegalArgumentException("quantity");
            }
        }

        double price(Order order, int quantity) {
            return order.price * 0.5 + quantity * 1.25;
        }
    }

    // ---- what calls it -------------------------------------------------------------------------------------------

    static class Hot extends Thread {
        final Target target = new Target();
        volatile long calls;
        long sink;

        private final boolean traced;

        Hot(int number, boolean traced) {
            super("hot-" + number);
            this.traced = traced;
            setDaemon(true);
        }

        @Override
        public void run() {
            long value = 88172645463325252L + getId();
            while (true) {
                value = traced ? thousandTraced(value) : thousand(value);
                sink = value;
                calls += 1000;
            }
        }

        /** A method of its own, and of another class: a loop inside a woven class would stay slow for ever. */
        long thousand(long value) {
            for (int i = 0; i < 1000; i++) {
                value = target.hot(value);
            }
            return value;
        }

        long thousandTraced(long value) {
            for (int i = 0; i < 1000; i++) {
                value = target.traced(value);
            }
            return value;
        }
    }

    static final class Weigher extends Hot {
        final Order order = new Order(17, "customer-17", 17.5);

        Weigher(int number) {
            super(number, false);
        }

        @Override
        long thousand(long value) {
            for (int i = 0; i < 1000; i++) {
                value = target.weigh(order, value);
            }
            return value;
        }
    }

    static final class Filler extends Hot {
        Filler(int number) {
            super(number, false);
        }

        @Override
        long thousand(long value) {
            for (int i = 0; i < 1000; i++) {
                value = target.ten(value);
            }
            return value;
        }
    }

    static final class Placer extends Thread {
        final double rate;
        final OrderService service = new OrderService();
        final Order[] orders = new Order[1024];
        volatile long calls;
        volatile long longestNanos;
        long sink;

        Placer(double rate) {
            super("placer");
            this.rate = rate;
            setDaemon(true);
            for (int i = 0; i < orders.length; i++) {
                orders[i] = new Order(i, "customer-" + (i % 37), 10 + i % 90);
            }
        }

        @Override
        public void run() {
            long start = System.nanoTime();
            long done = 0;
            while (true) {
                long due = (long) ((System.nanoTime() - start) * rate / 1e9);
                done = Math.max(done, due - (long) rate); // never more than a second behind
                long until = Math.min(due, done + 200);
                if (until == done) {
                    LockSupport.parkNanos(500_000);
                    continue;
                }
                calls += until - done;
                for (; done < until; done++) {
                    long before = System.nanoTime();
                    sink += service.place(orders[(int) (done & 1023)], (int) (done % 50)).quantity;
                    longestNanos = Math.max(longestNanos, System.nanoTime() - before);
                }
            }
        }
    }

    // ---- what is told --------------------------------------------------------------------------------------------

    static final class Reporter extends Thread {
        final Hot[] hot;
        final Placer placer;

        Reporter(Hot[] hot, Placer placer) {
            super("reporter");
            this.hot = hot;
            this.placer = placer;
            setDaemon(true);
        }

        @Override
        public void run() {
            com.sun.management.ThreadMXBean threads =
                    (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            com.sun.management.OperatingSystemMXBean system =
                    (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long calls = 0;
            long nanos = 0;
            long bytes = 0;
            long placed = 0;
            long cpu = system.getProcessCpuTime();
            long wall = System.nanoTime();
            while (true) {
                try {
                    Thread.sleep(500);
                } catch (InterruptedException e) {
                    return;
                }
                long callsNow = 0;
                long nanosNow = 0;
                long bytesNow = 0;
                for (Hot thread : hot) {
                    callsNow += thread.calls;
                    nanosNow += threads.getThreadCpuTime(thread.getId());
                    bytesNow += threads.getThreadAllocatedBytes(thread.getId());
                }
                long placedNow = 0;
                long longest = 0;
                if (placer != null) {
                    placedNow = placer.calls;
                    longest = placer.longestNanos;
                    placer.longestNanos = 0;
                }
                long cpuNow = system.getProcessCpuTime();
                long wallNow = System.nanoTime();
                double seconds = (wallNow - wall) / 1e9;
                Runtime runtime = Runtime.getRuntime();
                say(String.format(
                        Locale.ROOT,
                        "STAT {\"hot_ns\":%.3f,\"hot_bytes\":%.1f,\"place_cps\":%.0f,\"placed\":%d,\"stall_ms\":%.2f,\"cpu\":%.2f,\"heap_mb\":%d}",
                        callsNow == calls ? 0 : (nanosNow - nanos) / (double) (callsNow - calls),
                        callsNow == calls ? 0 : (bytesNow - bytes) / (double) (callsNow - calls),
                        (placedNow - placed) / seconds,
                        placedNow,
                        longest / 1e6,
                        (cpuNow - cpu) / 1e9 / seconds,
                        (runtime.totalMemory() - runtime.freeMemory()) >> 20));
                calls = callsNow;
                nanos = nanosNow;
                bytes = bytesNow;
                placed = placedNow;
                cpu = cpuNow;
                wall = wallNow;
            }
        }
    }

    static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    static String snapshot() throws Exception {
        for (int i = 0; i < 2; i++) {
            System.gc();
            Thread.sleep(150);
        }
        ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
        long metaspace = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getName().equals("Metaspace")) {
                metaspace = pool.getUsage().getUsed();
            }
        }
        return "{\"classes\":" + classes.getLoadedClassCount()
                + ",\"metaspace_kb\":" + metaspace / 1024
                + ",\"heap_kb\":" + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024
                + ",\"rss_kb\":" + residentKilobytes()
                + ",\"threads\":" + entries("/proc/self/task")
                + ",\"files\":" + entries("/proc/self/fd") + "}";
    }

    private static int entries(String folder) {
        String[] names = new File(folder).list();
        return names == null ? -1 : names.length;
    }

    private static long residentKilobytes() throws IOException {
        try (BufferedReader reader = new BufferedReader(new FileReader("/proc/self/status"))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("VmRSS")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        }
        return -1;
    }

    // ---- many classes ---------------------------------------------------------------------------------------------

    private static final List<Class<?>> GENERATED = new ArrayList<>();

    private static final class Generated extends ClassLoader {
        Class<?> define(String name) throws IOException {
            byte[] bytes = generated(name.replace('.', '/'));
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    private static void generate(int count) throws Exception {
        Generated[] loaders = new Generated[20];
        for (int i = 0; i < count; i++) {
            int loader = i % loaders.length;
            if (loaders[loader] == null) {
                loaders[loader] = new Generated();
            }
            // One in a hundred is found by a glob of Order, and of these fifty have a name of their own.
            String simple = i % 100 == 0 ? (i < 5_000 ? "FirstOrderService" : "OrderService") : "Thing";
            GENERATED.add(loaders[loader].define("gen.p" + i % 500 + "." + simple + i));
        }
    }

    /** A class with one method, {@code static long place(long)}, and no more. */
    private static byte[] generated(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0xCAFEBABE);
        out.writeInt(52);
        out.writeShort(8);
        for (String text : new String[] {name, "java/lang/Object", "place", "(J)J", "Code"}) {
            out.writeByte(1);
            out.writeUTF(text);
        }
        out.writeByte(7);
        out.writeShort(1);
        out.writeByte(7);
        out.writeShort(2);
        out.writeShort(0x21);
        out.writeShort(6);
        out.writeShort(7);
        out.writeInt(0); // no interfaces, no fields
        out.writeShort(1);
        out.writeShort(9);
        out.writeShort(3);
        out.writeShort(4);
        out.writeShort(1);
        out.writeShort(5);
        out.writeInt(14);
        out.writeShort(2);
        out.writeShort(2);
        out.writeInt(2);
        out.writeByte(0x1e); // lload_0
        out.writeByte(0xad); // lreturn
        out.writeInt(0);
        out.writeShort(0);
        return bytes.toByteArray();
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        generate(Integer.parseInt(options.getOrDefault("--classes", "0")));
        int plain = Integer.parseInt(options.getOrDefault("--hot", "0"));
        int traced = Integer.parseInt(options.getOrDefault("--traced", "0"));
        int weighing = Integer.parseInt(options.getOrDefault("--weigh", "0"));
        Hot[] hot = new Hot[plain + traced + weighing + Integer.parseInt(options.getOrDefault("--ten", "0"))];
        for (int i = 0; i < hot.length; i++) {
            hot[i] = i < plain + traced
                    ? new Hot(i, i >= plain)
                    : i < plain + traced + weighing ? new Weigher(i) : new Filler(i);
            hot[i].start();
        }
        double rate = Double.parseDouble(options.getOrDefault("--rate", "0"));
        Placer placer = rate > 0 ? new Placer(rate) : null;
        if (placer != null) {
            placer.start();
        }
        snapshot(); // so that the first one that counts finds its own classes loaded
        new Reporter(hot, placer).start();
        say("READY {\"java\":\"" + System.getProperty("java.version") + "\"}");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
            if (line.equals("snap")) {
                say("SNAP " + snapshot());
            }
        }
        System.exit(0);
    }
}
