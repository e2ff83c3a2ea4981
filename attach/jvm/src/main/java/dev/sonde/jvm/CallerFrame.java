package dev.sonde.jvm;

import java.util.Optional;

/**
 * One frame of a stack, as the target told it: untrusted.
 *
 * @param className as {@link Class#getName()} gives it
 * @param file the name of the source file
 * @param line from 1; -1 when it is not known, -2 in native code
 */
public record CallerFrame(String className, String method, Optional<String> file, int line) {

    /** As the JVM prints it: {@code shop.OrderService.place(OrderService.java:42)}. */
    @Override
    public String toString() {
        String at = line == -2
                ? "Native Method"
                : file.map(name -> line > 0 ? name + ":" + line : name).orElse("Unknown Source");
        return className + "." + method + "(" + at + ")";
    }
}
