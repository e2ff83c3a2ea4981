package dev.sonde.agent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A target: does what its standard input says, and tells what it sees of itself. */
@SuppressWarnings({"JavaUtilDate", "StatementSwitchToExpressionSwitch", "UnusedVariable", "ReturnValueIgnored"})
final class Shop {

    enum Kind {
        PLAIN,
        GIFT
    }

    /** Its methods are traps: nobody may call them. */
    static final class Trap {
        private final int inside = 7;

        @Override
        public String toString() {
            System.out.println("TRAP toString");
            return "x" + inside;
        }

        @Override
        public boolean equals(Object other) {
            System.out.println("TRAP equals");
            return this == other;
        }

        @Override
        public int hashCode() {
            System.out.println("TRAP hashCode");
            return 1;
        }
    }

    static final class Header {
        final String name = "Proxy-Password";
        final String value = "secret";
    }

    /** Its last key says nothing of its value. */
    static final class Setting {
        final String name = "Proxy-Password";
        final String key = "plain";
        final String value = "secret";
    }

    static final class Vault {
        final String gold = "gold";
    }

    static final class Order {
        final String sku;
        final int quantity;
        final Kind kind;
        final String password = "hunter2";
        final Vault vault = new Vault();
        final List<String> lines = new ArrayList<>(List.of("a", "b", "c"));
        final Map<String, Object> extras = new LinkedHashMap<>();
        Order self = this;
        final Trap trap = new Trap();

        Order(String sku, int quantity, Kind kind) {
            this.sku = sku;
            this.quantity = quantity;
            this.kind = kind;
            extras.put("API-KEY", "secret");
            extras.put("note", Arrays.asList(1, 2));
        }
    }

    private long served;

    static long hot(long x) {
        return x * 31 + 7;
    }

    static int where() {
        return bci();
    }

    /** The index into its caller's bytecode, which a hook moves. */
    private static int bci() {
        return StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst().orElseThrow().getByteCodeIndex());
    }

    String place(@Nullable Order order, int quantity, double price) {
        served++;
        if (quantity < 0) {
            throw new IllegalArgumentException("quantity " + quantity);
        }
        return order == null ? "none" : order.sku + "x" + quantity;
    }

    static Object graph(Object any) {
        return any;
    }

    static Object value(String name) {
        switch (name) {
            case "deep":
                Object[] deep = {"end"};
                for (int i = 0; i < 10; i++) {
                    deep = new Object[] {deep};
                }
                return deep;
            case "long":
                return "x".repeat(1000) + "y";
            case "list":
                List<Object> many = new ArrayList<>();
                for (int i = 0; i < 1000; i++) {
                    many.add(i);
                }
                return Collections.unmodifiableList(many);
            case "values":
                return List.of(
                        java.time.Instant.EPOCH,
                        new java.math.BigDecimal("1.50"),
                        new java.util.UUID(1, 2),
                        new java.util.Date(0),
                        String.class,
                        'c',
                        Kind.GIFT,
                        new java.util.concurrent.atomic.AtomicInteger(5),
                        java.util.Optional.of("o"),
                        java.net.URI.create("a:b"));
            case "pairs":
                // not one of the maps that are walked, so its table is looked into
                Map<String, Object> own = new HashMap<>(4) {};
                own.put("Api_Key", "secret");
                return new Object[] {
                    own, new Object[] {"--password", "secret", "--port", "80"}, new Header(), new Setting()
                };
            case "emptied":
                Map<Object, Object> emptied = new HashMap<>(1 << 20);
                emptied.put("one", 1);
                return emptied;
            case "queue":
                java.util.Queue<Object> queue = new java.util.concurrent.ConcurrentLinkedQueue<>();
                for (int i = 0; i < 50_000; i++) {
                    queue.add(i);
                }
                return queue;
            case "maps":
                Map<Object, Object> map = new HashMap<>();
                map.put(Kind.PLAIN, Collections.synchronizedList(new ArrayList<>(List.of(1))));
                return Collections.unmodifiableMap(map);
            case "huge":
                List<String> huge = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    huge.add("z".repeat(250));
                }
                return List.of(
                        huge, huge.toArray(), new ArrayList<>(huge), new ArrayList<>(huge), new ArrayList<>(huge));
            default:
                return new Order(name, 3, Kind.GIFT);
        }
    }

    private static long time(LongUnaryOperator loop) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long from = System.nanoTime();
            loop.applyAsLong(20_000_000);
            best = Math.min(best, System.nanoTime() - from);
        }
        return best;
    }

    static long spin(long count) {
        long sum = 0;
        for (long i = 0; i < count; i++) {
            sum += hot(sum ^ i);
        }
        return sum;
    }

    /** So many virtual threads, all in the same method's call before the first leaves; they end when the next come. */
    private static long virtual(int count) throws ReflectiveOperationException, InterruptedException {
        java.lang.reflect.Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        java.util.concurrent.CountDownLatch called = new java.util.concurrent.CountDownLatch(count);
        gate.countDown();
        java.util.concurrent.CountDownLatch next = new java.util.concurrent.CountDownLatch(1);
        gate = next;
        for (int i = 0; i < count; i++) {
            start.invoke(null, (Runnable) () -> {
                graph(gate);
                called.countDown();
                try {
                    next.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        called.await();
        return count;
    }

    private static volatile java.util.concurrent.CountDownLatch gate = new java.util.concurrent.CountDownLatch(1);

    public static void main(String[] args) {
        Shop shop = new Shop();
        System.out.println("at " + where());
        System.out.println("READY");
        Scanner in = new Scanner(System.in, StandardCharsets.UTF_8);
        while (in.hasNextLine()) {
            String[] words = in.nextLine().split(" ");
            switch (words[0]) {
                case "hot" -> {
                    long sum = 0;
                    for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                        sum += hot(i);
                    }
                    System.out.println("hot " + sum);
                }
                case "place" -> {
                    try {
                        Order order = words[1].equals("null") ? null : new Order(words[1], 1, Kind.GIFT);
                        System.out.println("placed " + shop.place(order, Integer.parseInt(words[2]), 1.5));
                    } catch (IllegalArgumentException e) {
                        System.out.println("placed " + e);
                    }
                }
                case "graph" -> {
                    graph(value(words[1]));
                    System.out.println("graphed");
                }
                case "where" -> System.out.println("at " + where());
                case "list" -> {
                    List<Object> list = new ArrayList<>(List.of("one", "two"));
                    Map<String, String> map = new HashMap<>(Map.of("k", "v"));
                    System.out.println("got " + list.get(1) + map.get("k"));
                }
                case "load" -> {
                    System.out.println("loaded " + new Late().getClass());
                }
                case "threads" -> {
                    boolean ours = Thread.getAllStackTraces().keySet().stream()
                            .anyMatch(t -> t.getName().startsWith("sonde"));
                    System.out.println("threads " + ours);
                }
                case "collect" -> {
                    System.gc();
                    System.out.println("collected");
                }
                case "flood" -> {
                    long until = System.nanoTime() + Long.parseLong(words[1]) * 1_000_000;
                    long calls = 0;
                    while (System.nanoTime() < until) {
                        for (int i = 0; i < 100; i++) {
                            graph(words);
                            calls++;
                        }
                    }
                    System.out.println("flooded " + calls);
                }
                case "virtual" -> {
                    try {
                        System.out.println("virtual " + virtual(Integer.parseInt(words[1])));
                    } catch (ReflectiveOperationException | InterruptedException e) {
                        System.out.println("virtual " + e);
                    }
                }
                case "time" -> {
                    double nanos = time(Shop::spin) / 20_000_000.0;
                    System.out.println("time " + nanos);
                }
                default -> System.out.println("what?");
            }
        }
    }

    /** Loaded only when asked. */
    static final class Late {}
}
