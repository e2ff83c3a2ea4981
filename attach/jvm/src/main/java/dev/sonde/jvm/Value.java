package dev.sonde.jvm;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A captured value, copied at the hit. Text in it is the target's: untrusted until a terminal writer has cleaned it. */
public sealed interface Value {

    record Null() implements Value {}

    record Bool(boolean value) implements Value {}

    record Whole(long value) implements Value {}

    record Real(double value) implements Value {}

    /** A string of {@code length} characters of which {@code text} is the beginning. */
    record Text(String text, int length) implements Value {}

    record EnumConstant(String className, String name) implements Value {}

    /** An array or collection of {@code size} elements of which these are the first. */
    record Elements(String className, int size, List<Value> elements) implements Value {}

    record Entries(String className, int size, List<Map.Entry<Value, Value>> entries) implements Value {}

    /** An object with {@code fieldCount} fields of which these are the first. */
    record Fields(String className, int fieldCount, List<Map.Entry<String, Value>> fields) implements Value {}

    /** Not gone into; {@code why} is such as {@code depth}, {@code bytes}, {@code time}, {@code cycle}. */
    record Cut(String className, String why) implements Value {}

    record Masked(String className) implements Value {}

    /** Reading it failed. */
    record Failed(String reason) implements Value {}

    record Thrown(String className, Optional<String> message, List<String> frames, Optional<Thrown> cause)
            implements Value {}
}
