import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/** What the classes that {@code Variants} wove call. */
public final class FloorSpy {

    public static final LongAdder CALLS = new LongAdder();
    public static final LongAdder NANOS = new LongAdder();
    public static final LongAdder DROPPED = new LongAdder();
    public static long hits;
    public static long nanos;

    private static final int PLACES = 1 << 14;
    private static final AtomicReferenceArray<String> QUEUE = new AtomicReferenceArray<>(PLACES);
    private static final AtomicLong HEAD = new AtomicLong();
    private static volatile long tail;

    private FloorSpy() {}

    public static void hit(long argument, long result) {
        hits++;
    }

    public static void timed(long start) {
        NANOS.add(System.nanoTime() - start);
        CALLS.increment();
    }

    public static void clocked(long start) {
        nanos += System.nanoTime() - start;
    }

    /** Nothing ever opens it again. */
    private static volatile boolean full = true;

    public static void limited() {
        if (full) {
            DROPPED.increment();
        }
    }

    /** The fields of an object, as text. */
    public static void fields(long id, String customer, int quantity, double price, String state) {
        offer("id=" + id + ", customer=" + customer + ", quantity=" + quantity + ", price=" + price + ", state=" + state);
    }

    /** Bounded, and never waits: what does not fit is dropped and counted. */
    public static void event(Object self, Object order, int quantity, Object result) {
        if (HEAD.get() - tail < PLACES) {
            offer("method=OrderService.place params=[" + order + ", " + quantity + "] returnObj=" + result);
        } else {
            DROPPED.increment();
        }
    }

    private static void offer(String event) {
        long head;
        do {
            head = HEAD.get();
            if (head - tail >= PLACES) {
                DROPPED.increment();
                return;
            }
        } while (!HEAD.compareAndSet(head, head + 1));
        QUEUE.set((int) (head & (PLACES - 1)), event);
    }

    static String poll() {
        int place = (int) (tail & (PLACES - 1));
        String event = QUEUE.get(place);
        if (event != null) {
            QUEUE.set(place, null);
            tail++;
        }
        return event;
    }
}
