package dev.sonde.jvm;

import dev.sonde.wire.Expr;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What values are to an {@link Evaluator}: objects of a heap dump, or what was captured of a call. Simple ones are null, {@code
 * Boolean}, {@code Long}, {@code Double} and {@code String}, and lists that were made on the way; of all others the parts are
 * read here. What cannot be read is an {@link Evaluator.Failure}.
 */
interface Reading {

    /** One entry of a map. */
    record Entry(@Nullable Object key, @Nullable Object value) {}

    /** What a node stands for that reads no other: {@code this}, an argument, the result, a static field. */
    @Nullable
    Object root(Expr e);

    /** As a simple value what reads as one, such as an enum's constant; any other as it is. */
    Object plain(Object value);

    /** A field by its name. */
    @Nullable
    Object field(Object of, String name);

    /** Whether there is such a field and it is not null. */
    boolean hasField(Object of, String name);

    /** Of a map; empty for anything else. */
    Optional<List<Entry>> entries(Object of);

    /** Of an array or a collection; empty for anything else. */
    Optional<List<@Nullable Object>> elements(Object of);

    /** How many elements or entries it has, of which not all need be here. */
    long size(Object of);

    boolean isArray(Object of);

    String className(Object of);

    /** For a message: what it is that something was wanted of. */
    String described(Object of);
}
