package dev.sonde.profile;

/**
 * What a value of a sample counts, under the names that pprof has for it.
 *
 * @param name such as {@code cpu}
 * @param unit {@code count}, {@code nanoseconds} or {@code bytes}
 */
public record ValueType(String name, String unit) {

    public static final String COUNT = "count";
    public static final String NANOSECONDS = "nanoseconds";
    public static final String BYTES = "bytes";

    @Override
    public String toString() {
        return name + "/" + unit;
    }
}
