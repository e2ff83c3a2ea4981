package dev.sonde.weave;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in code as people type it: {@code OrderService.java:42}, {@code OrderService:42}, {@code OrderService.place},
 * {@code OrderService.place(Order, int)}, {@code OrderService.place:+3}. Names of classes are simple, qualified, or globs;
 * which class and which line are meant is for whoever has the class files.
 */
public sealed interface Location {

    /** A line of a source file, whatever classes are made of it: {@code OrderService.java:42}. */
    record OfFile(String file, int line) implements Location {
        @Override
        public boolean isIn(ClassModel model) {
            return model.sourceFile().equals(Optional.of(file));
        }

        @Override
        public String classGlob() {
            return file.substring(0, file.lastIndexOf('.')) + "*";
        }
    }

    /** A line of the file that a class is written in, in that class or one nested in it: {@code OrderService:42}. */
    record OfClass(String classGlob, int line) implements Location {
        @Override
        public boolean isIn(ClassModel model) {
            Glob glob = Glob.of(classGlob);
            String name = model.name();
            for (int cut = name.length(); cut > 0; cut = name.lastIndexOf('$', cut - 1)) {
                if (glob.matchesClass(name.substring(0, cut))) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * A line of a method, counted from its first: {@code OrderService.place:+3}; 0 is the first, which is also what is meant
     * when none is given. {@code OrderService.place:*} is each line of it.
     *
     * @param offset {@link #EVERY_LINE}, or lines from the first
     */
    record OfMethod(String classGlob, MethodPattern method, int offset) implements Location {

        public static final int EVERY_LINE = -1;

        @Override
        public boolean isIn(ClassModel model) {
            return Glob.of(classGlob).matchesClass(model.name());
        }
    }

    /** Whether a class may have the place. */
    boolean isIn(ClassModel model);

    /** A glob that the names of such classes match; so may those of others. */
    String classGlob();

    Pattern FILE = Pattern.compile("([^/\\\\:\\s]+\\.(?:java|kt|kts|scala|groovy|clj|cljc)):(\\d{1,6})");
    Pattern CLASS = Pattern.compile("([^/:\\s()]+):(\\d{1,6})");
    Pattern METHOD = Pattern.compile("([^/:\\s()]+)\\.([^.:()]+(?:\\([^()]*\\))?)(?::(?:\\+(\\d{1,5})|(\\*)))?");

    /**
     * Reads a location.
     *
     * @throws IllegalArgumentException that says what is wrong, lower case
     */
    static Location parse(String text) {
        String typed = text.strip();
        Matcher file = FILE.matcher(typed);
        if (file.matches()) {
            return new OfFile(file.group(1), line(file.group(2), text));
        }
        Matcher ofClass = CLASS.matcher(typed);
        if (ofClass.matches()) {
            return new OfClass(ofClass.group(1), line(ofClass.group(2), text));
        }
        Matcher method = METHOD.matcher(typed);
        if (method.matches()) {
            String offset = method.group(3);
            return new OfMethod(
                    method.group(1),
                    MethodPattern.parse(method.group(2)),
                    method.group(4) != null ? OfMethod.EVERY_LINE : offset == null ? 0 : Integer.parseInt(offset));
        }
        throw wrong(text);
    }

    private static int line(String digits, String text) {
        int line = Integer.parseInt(digits);
        if (line == 0 || line > 65_535) {
            throw new IllegalArgumentException("'" + text + "': a class file's lines are 1 to 65535");
        }
        return line;
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "'" + text
                        + "' is not a place such as Order.java:42, Order:42, Order.place, Order.place(int), Order.place:+3 or Order.place:*");
    }
}
