import java.util.concurrent.locks.LockSupport;

/** A service that has little to do: a method is called a hundred times a second. Leaves when its standard input ends. */
public final class Small {

    private static volatile long placed;

    private Small() {}

    public static void main(String[] args) throws Exception {
        Thread work = new Thread(Small::work, "work");
        work.setDaemon(true);
        work.start();
        System.out.println("READY");
        while (System.in.read() >= 0) {
            // until whoever started it is gone
        }
        System.exit(0);
    }

    private static void work() {
        for (int i = 0; ; i++) {
            place(i % 50);
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** One order. */
    static void place(int quantity) {
        placed += quantity;
    }
}
