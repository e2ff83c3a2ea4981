package dev.sonde.profile;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a stack.
 *
 * @param className empty for native code
 * @param method its name alone; of native code the symbol
 * @param file simple, such as {@code OrderService.java}; empty when unknown
 * @param line 0 when unknown
 */
public record Frame(String className, String method, String file, int line, Code code) {

    /** {@code java.base@17/java.lang.Object.wait(Object.java:338)}, as a JVM prints it. */
    private static final Pattern PRINTED =
            Pattern.compile("(?:[^/()]*/(?!0x))*([^/()]+(?:/0x\\p{XDigit}+)?)\\.([^.()]+)\\(([^():]*)(?::(\\d+))?\\)");

    /** How the frame's code runs. */
    public enum Code {
        INTERPRETED,
        COMPILED,
        /** Compiled into its caller. */
        INLINED,
        NATIVE,
        KERNEL
    }

    /** A frame as a JVM prints it; what is none is taken for the name of native code. */
    public static Frame printed(String printed) {
        Matcher frame = PRINTED.matcher(printed);
        if (!frame.matches()) {
            return new Frame("", printed, "", 0, Code.NATIVE);
        }
        String place = frame.group(3);
        boolean known = !place.equals("Native Method") && !place.equals("Unknown Source");
        return new Frame(
                RecordingReader.plain(frame.group(1)),
                frame.group(2),
                known ? place : "",
                frame.group(4) == null ? 0 : Integer.parseInt(frame.group(4)),
                Code.COMPILED);
    }

    /** {@code shop.OrderService.place}. */
    public String name() {
        return className.isEmpty() ? method : className + "." + method;
    }

    /** {@code shop}; empty for native code and the unnamed package. */
    public String packageName() {
        return className.substring(0, Math.max(0, className.lastIndexOf('.')));
    }

    /** {@code OrderService.java:42}, or as much of it as is known. */
    public String place() {
        return file.isEmpty() ? "" : line > 0 ? file + ":" + line : file;
    }
}
