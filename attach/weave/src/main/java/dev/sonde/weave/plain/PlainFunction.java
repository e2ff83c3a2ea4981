package dev.sonde.weave.plain;

import dev.sonde.weave.ExpressionError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function that expressions may call, besides those of the language: {@code sum(rows.map(r, r.calls))}. */
public record PlainFunction(String name, List<PlainType> arguments, PlainType result, Body body) {

    /** What it does. */
    @FunctionalInterface
    public interface Body {
        /**
         * Its value.
         *
         * @throws ExpressionError when there is none for these
         */
        Object of(List<@Nullable Object> arguments) throws ExpressionError;
    }

    public PlainFunction {
        arguments = List.copyOf(arguments);
    }
}
