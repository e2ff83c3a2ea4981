package dev.sonde.jvm;

import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A target with something of everything that code can be; ends with its standard input. */
final class Shelf {

    enum Kind {
        TEA,
        COFFEE
    }

    record Box(String label, int count, Kind kind) {}

    interface Priced {
        int cents();

        default int twice() {
            return 2 * cents();
        }
    }

    static final class Tin implements Priced {
        private final String name;
        private final int cents;
        private final String password = "s3cret";
        private final List<Box> boxes = new ArrayList<>();
        private final Map<String, Integer> stock = new HashMap<>();
        private final Integer boxed;
        private Kind kind = Kind.TEA;
        private @Nullable Tin next;

        Tin(String name, int cents) {
            this.name = name;
            this.cents = cents;
            this.boxed = cents * 1000;
        }

        @Override
        public int cents() {
            return cents;
        }
    }

    abstract static class Half {
        abstract int half(int of);

        native int outside();
    }

    /** Loaded, and not initialised until somebody asks for its field. */
    static final class Sleeping {
        static int started = started();

        private static int started() {
            System.out.println("SLEEPING was initialised");
            return 1;
        }
    }

    static final class Twin {
        static int number;
    }

    private static int opened = 6;
    private static final String GREETING = "hello";
    private static final String API_SECRET = "s3cret";
    private static final Map<String, Integer> STOCK = new LinkedHashMap<>();
    private static final List<Tin> TINS = new ArrayList<>();
    private static final List<Object> KEPT = new ArrayList<>();
    private static Kind best = Kind.COFFEE;
    private static double ratio = 0.5;
    private static @Nullable String nothing;

    private Shelf() {}

    public static void main(String[] args) throws Exception {
        STOCK.put("tea", 3);
        STOCK.put("coffee", 5);
        for (int i = 0; i < 200; i++) {
            Tin tin = new Tin("tin-" + i, i);
            tin.kind = i % 2 == 0 ? Kind.TEA : Kind.COFFEE;
            for (int b = 0; b < i % 4; b++) {
                tin.boxes.add(new Box("box-" + i + "-" + b, b, tin.kind));
            }
            tin.stock.put("left", i);
            tin.next = i > 0 ? TINS.get(i - 1) : tin;
            TINS.add(tin);
        }
        IntSupplier lambda = () -> opened + 1;
        KEPT.add(lambda);
        opened = lambda.getAsInt();
        KEPT.add(Class.forName("dev.sonde.jvm.Shelf$Half", false, Shelf.class.getClassLoader()));
        KEPT.add(Class.forName("dev.sonde.jvm.Shelf$Sleeping", false, Shelf.class.getClassLoader()));
        KEPT.add(hidden());
        for (int i = 0; i < 2; i++) {
            KEPT.add(Class.forName("dev.sonde.jvm.Shelf$Twin", true, new Own("own-" + i)));
        }
        System.out.println("READY");
        Scanner in = new Scanner(System.in, "UTF-8");
        while (in.hasNextLine()) {
            System.out.println("OPENED " + greet(in.nextLine()));
        }
        System.exit(0);
    }

    private static String greet(String who) {
        return GREETING + " " + who + " " + opened;
    }

    private static Class<?> hidden() throws Exception {
        try (InputStream in = Shelf.class.getResourceAsStream("Shelf$Twin.class")) {
            return MethodHandles.lookup()
                    .defineHiddenClass(in.readAllBytes(), true)
                    .lookupClass();
        }
    }

    /** A loader with a name, that has one class of its own. */
    private static final class Own extends ClassLoader {
        Own(String name) {
            super(name, Shelf.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.endsWith("$Twin")) {
                return super.loadClass(name, resolve);
            }
            try (InputStream in = Shelf.class.getResourceAsStream("Shelf$Twin.class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (java.io.IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
