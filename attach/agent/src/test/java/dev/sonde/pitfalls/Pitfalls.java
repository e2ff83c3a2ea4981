package dev.sonde.pitfalls;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** A target that is hard to look at. Not in the agent's package, whose frames are not shown. */
public final class Pitfalls {

    private static volatile boolean set;

    private Pitfalls() {}

    private static void trap(String what) {
        if (set) {
            System.out.println("TRAP " + what);
        }
    }

    static final class TrappedTable extends ConcurrentHashMap<String, Integer> {
        @Override
        public int size() {
            trap("size of a table");
            return super.size();
        }
    }

    static final class TrappedTree extends TreeMap<String, Integer> {
        @Override
        public int size() {
            trap("size of a tree");
            return super.size();
        }
    }

    static Object take(Object any) {
        return any;
    }

    /** While another thread holds its monitor, and goes on holding it. */
    private static void takeLocked() throws InterruptedException {
        RuntimeException thrown = new RuntimeException("x");
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch taken = new CountDownLatch(1);
        Thread holder = new Thread(() -> {
            synchronized (thrown) {
                locked.countDown();
                try {
                    taken.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        holder.start();
        locked.await();
        take(thrown);
        taken.countDown();
        holder.join();
    }

    private static List<Object> views() {
        Map<String, Integer> table = new TrappedTable();
        table.put("a", 1);
        Map<String, Integer> tree = new TrappedTree();
        tree.put("a", 1);
        TreeSet<String> sorted = new TreeSet<>(Comparator.comparing(text -> {
            trap("comparison");
            return text;
        }));
        sorted.addAll(List.of("a", "b", "c"));
        return List.of(table.keySet(), table.values(), tree.keySet(), tree.values(), sorted.subSet("a", "c"));
    }

    @SuppressWarnings("UnnecessaryAsync") // its views are what is looked at
    private static List<Object> plainViews() {
        Map<String, Integer> map = Map.of("k", 1);
        ConcurrentHashMap<String, Integer> table = new ConcurrentHashMap<>(map);
        Map<String, Integer> tree = new TreeMap<>(map);
        return List.of(
                new HashMap<>(map).keySet(),
                table.keySet(),
                table.values(),
                tree.keySet(),
                tree.values(),
                new TreeSet<>(List.of("b", "a")));
    }

    private static void deep(int levels) {
        if (levels == 0) {
            take("deep");
        } else {
            deep(levels - 1);
        }
    }

    @SuppressWarnings("InfiniteRecursion")
    static int down(int level) {
        return down(level + 1) + 1;
    }

    private static String overflow() {
        try {
            return " " + down(0);
        } catch (StackOverflowError end) {
            return "";
        }
    }

    /** What a call of {@link #take} allocates, in KiB. */
    private static long allocated(int length) {
        String large = "x".repeat(length);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        take(large);
        return (threads.getCurrentThreadAllocatedBytes() - before) >> 10;
    }

    private static Thread agent() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("sonde-agent"))
                .findFirst()
                .orElseThrow();
    }

    public static void main(String[] args) throws InterruptedException {
        System.out.println("READY");
        Scanner in = new Scanner(System.in, StandardCharsets.UTF_8);
        while (in.hasNextLine()) {
            String[] words = in.nextLine().split(" ", -1);
            String answer = "";
            switch (words[0]) {
                case "locked" -> takeLocked();
                case "views" -> {
                    List<Object> views = views();
                    set = true;
                    take(views);
                    set = false;
                }
                case "plain" -> take(plainViews());
                case "deep" -> deep(Integer.parseInt(words[1]));
                case "large" -> answer = " " + allocated(Integer.parseInt(words[1]));
                case "overflow" -> answer = overflow();
                case "interrupt" -> agent().interrupt();
                default -> answer = " " + agent().isInterrupted();
            }
            System.out.println("did " + words[0] + answer);
        }
    }
}
