package dev.sonde.weave;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function of the language that works on a string ({@code join}: on a list of them), as the agent knows it.
 *
 * @param required parameters that must be there; the others may be
 */
record StringFunction(String name, StaticType returns, int required, List<Shape> parameters) {

    private static final List<StringFunction> ALL = List.of(
            of("contains", StaticType.BOOL, 1, Shape.STRING),
            of("startsWith", StaticType.BOOL, 1, Shape.STRING),
            of("endsWith", StaticType.BOOL, 1, Shape.STRING),
            of("matches", StaticType.BOOL, 1, Shape.STRING),
            of("indexOf", StaticType.LONG, 1, Shape.STRING, Shape.LONG),
            of("lastIndexOf", StaticType.LONG, 1, Shape.STRING, Shape.LONG),
            of("substring", StaticType.STRING, 1, Shape.LONG, Shape.LONG),
            of("charAt", StaticType.STRING, 1, Shape.LONG),
            of("lowerAscii", StaticType.STRING, 0),
            of("upperAscii", StaticType.STRING, 0),
            of("trim", StaticType.STRING, 0),
            of("replace", StaticType.STRING, 2, Shape.STRING, Shape.STRING, Shape.LONG),
            of("split", StaticType.listOf(StaticType.STRING), 1, Shape.STRING, Shape.LONG),
            of("join", StaticType.STRING, 0, Shape.STRING));

    private static StringFunction of(String name, StaticType returns, int required, Shape... parameters) {
        return new StringFunction(name, returns, required, List.of(parameters));
    }

    static @Nullable StringFunction named(String name) {
        return ALL.stream()
                .filter(function -> function.name.equals(name))
                .findFirst()
                .orElse(null);
    }

    static List<String> names() {
        return ALL.stream().map(StringFunction::name).toList();
    }

    boolean onList() {
        return name.equals("join");
    }
}
