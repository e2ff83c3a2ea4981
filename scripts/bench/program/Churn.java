import java.util.ArrayList;
import java.util.List;

/** Allocates from many stacks, as fast as it can: a recording of it becomes large soon. Ends with its standard input. */
public final class Churn {

    static volatile Object last;

    private Churn() {}

    public static void main(String[] args) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Thread thread = new Thread(Churn::work, "churn-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        System.out.println("READY");
        while (System.in.read() >= 0) {
            // until the end
        }
    }

    private static void work() {
        for (int i = 0; ; i++) {
            down(i & 0xfff, 12);
        }
    }

    /** Each of 4,096 ways down is a stack of its own. */
    private static void down(int way, int left) {
        if (left == 0) {
            last = new byte[100];
        } else if ((way >> left - 1 & 1) == 0) {
            even(way, left - 1);
        } else {
            odd(way, left - 1);
        }
    }

    private static void even(int way, int left) {
        down(way, left);
    }

    private static void odd(int way, int left) {
        down(way, left);
    }
}
