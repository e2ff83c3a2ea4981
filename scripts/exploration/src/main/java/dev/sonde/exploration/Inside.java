package dev.sonde.exploration;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What runs in the JVM that is explored: loads the classes it is told to, waits to be woven, then runs a driver or a
 * library's own tests and writes down what came of them. {@code Inside OUTCOME CLASSES driver MAIN} or {@code Inside OUTCOME
 * CLASSES tests CLASSES_WITH_TESTS}; speaks on its standard output and obeys its standard input. Each {@code go} runs it once.
 */
final class Inside {

    private Inside() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Path outcome = Path.of(args[0]);
        int missing = 0;
        // Held until the end: what nobody uses may be unloaded by then.
        List<Class<?>> loaded = new ArrayList<>();
        for (String name : Files.readAllLines(Path.of(args[1]))) {
            Class<?> type = load(name);
            if (type != null) {
                loaded.add(type);
            } else {
                missing++;
            }
        }
        out.println("READY " + loaded.size() + " " + missing);
        System.setIn(new ByteArrayInputStream(new byte[0]));
        while ("go".equals(in.readLine())) {
            run(args, outcome, out);
        }
        // Tests leave threads behind.
        Runtime.getRuntime().halt(0);
    }

    private static void run(String[] args, Path outcome, PrintStream out) throws Exception {
        long began = System.nanoTime();
        if (args[2].equals("tests")) {
            System.setOut(new PrintStream(PrintStream.nullOutputStream(), true));
            System.setErr(new PrintStream(PrintStream.nullOutputStream(), true));
            Map<String, String> outcomes = OwnTests.run(Files.readAllLines(Path.of(args[3])));
            List<String> lines = new ArrayList<>();
            new TreeMap<>(outcomes).forEach((test, how) -> lines.add(how + "\t" + test));
            Files.write(outcome, lines);
        } else {
            try (PrintStream to = new PrintStream(Files.newOutputStream(outcome), false, StandardCharsets.UTF_8)) {
                System.setOut(to);
                drive(args[3], to);
                System.setOut(out);
            }
        }
        out.println("DONE " + (System.nanoTime() - began) / 1_000_000);
    }

    private static void drive(String name, PrintStream to) throws ReflectiveOperationException {
        try {
            Class.forName(name).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } catch (InvocationTargetException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            to.println("ended with " + why);
            for (StackTraceElement frame : why.getStackTrace()) {
                to.println("  " + frame.getClassName() + "." + frame.getMethodName());
            }
        }
    }

    /** Not initialised; null when something that it needs is not on the class path, or it is meant for another JVM. */
    private static @Nullable Class<?> load(String name) {
        try {
            Class<?> type = Class.forName(name, false, Inside.class.getClassLoader());
            // Asking for its methods links it; one that cannot be linked is of no use to anybody.
            return type.getDeclaredMethods().length < 0 ? null : type;
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }
}
