package dev.sonde.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A target whose classes come from a loader of its own, which knows what threads have asked it for a class. */
public final class Post {

    private static final String PREFIX = "dev.sonde.agent.Post$";

    /** What is woven. */
    static final class Office {
        static final CountDownLatch GATE = new CountDownLatch(1);

        static @Nullable Object send(Parcel parcel) {
            Parcel.sent++;
            return parcel.number > 0 ? null : parcel;
        }

        static int sort(int levels) throws InterruptedException {
            if (levels > 0) {
                return sort(levels - 1) + 1;
            }
            System.out.println("sorting");
            GATE.await();
            return 0;
        }

        static @Nullable Object take(Object any) {
            return any.hashCode() == 0 ? any : null;
        }
    }

    /** Has a field of a type that nothing has loaded. */
    static final class Parcel {
        static int sent;
        final int number;

        @Nullable
        Stamp stamp;

        Parcel(int number) {
            this.number = number;
        }
    }

    static final class Letter {
        final String text = "hello";

        @Nullable
        Seal seal;
    }

    static final class Stamp {}

    static final class Seal {}

    /** Runs inside the loader. */
    public static final class Counter implements Runnable, Consumer<String> {
        private final Parcel first = new Parcel(0);
        private int next = 1;

        public Counter() {}

        @Override
        public void run() {
            Office.send(first.number == 0 ? new Parcel(next++) : first);
        }

        @Override
        public String toString() {
            Office.take(new Letter());
            return "taken";
        }

        /** Sorts on a thread of its own, which tells when it is done. */
        @Override
        public void accept(String what) {
            if (what.equals("go")) {
                Office.GATE.countDown();
                return;
            }
            new Thread(() -> {
                        try {
                            System.out.println("sorted " + Office.sort(3));
                        } catch (Throwable t) {
                            System.out.println("failed " + t);
                        }
                    })
                    .start();
        }
    }

    private static final class Loader extends ClassLoader {
        final Set<String> asked = ConcurrentHashMap.newKeySet();

        Loader() {
            super(Post.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(PREFIX)) {
                return super.loadClass(name, resolve);
            }
            asked.add(name.substring(PREFIX.length()) + " by "
                    + Thread.currentThread().getName());
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in =
                    Post.class.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
                byte[] bytes = in == null ? new byte[0] : in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @SuppressWarnings("unchecked") // it is one of strings
    private static void ask(Object counter, String what) {
        ((Consumer<String>) counter).accept(what);
    }

    public static void main(String[] args) throws Exception {
        Loader loader = new Loader();
        Runnable counter =
                (Runnable) loader.loadClass(PREFIX + "Counter").getConstructor().newInstance();
        loader.loadClass(PREFIX + "Office");
        System.out.println("READY");
        Scanner in = new Scanner(System.in, StandardCharsets.UTF_8);
        while (in.hasNextLine()) {
            String line = in.nextLine();
            switch (line) {
                case "send" -> {
                    counter.run();
                    System.out.println("sent");
                }
                case "sort", "go" -> ask(counter, line);
                case "threads" ->
                    System.out.println("threads "
                            + Thread.getAllStackTraces().keySet().stream()
                                    .anyMatch(thread -> thread.getName().startsWith("sonde")));
                case "take" -> System.out.println(counter);
                default -> System.out.println("asked " + new TreeSet<>(loader.asked));
            }
        }
    }
}
