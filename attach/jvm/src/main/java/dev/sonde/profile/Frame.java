package dev.sonde.profile;

/**
 * One line of a stack.
 *
 * @param className empty for native code
 * @param method its name alone; of native code the symbol
 * @param file simple, such as {@code OrderService.java}; empty when unknown
 * @param line 0 when unknown
 */
public record Frame(String className, String method, String file, int line, Code code) {

    /** How the frame's code runs. */
    public enum Code {
        INTERPRETED,
        COMPILED,
        /** Compiled into its caller. */
        INLINED,
        NATIVE,
        KERNEL
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
