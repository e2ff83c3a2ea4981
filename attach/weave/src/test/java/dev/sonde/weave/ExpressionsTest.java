package dev.sonde.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code expressions.txt} is the table: what is typed, and the tree or the error that it gives. */
class ExpressionsTest {

    private static final int EXIT = ProbePlan.ON_RETURN | ProbePlan.ON_THROW;

    private static final ClassSource CLASSES = name -> {
        try (InputStream in =
                ExpressionsTest.class.getClassLoader().getResourceAsStream(name.replace('.', '/') + ".class")) {
            return in == null || name.equals("java.lang.Runnable") ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    };

    static Stream<Arguments> table() throws IOException {
        List<Arguments> rows = new ArrayList<>();
        String method = "";
        String typed = "";
        try (InputStream in = ExpressionsTest.class.getResourceAsStream("expressions.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (line.startsWith("# ")) {
                    method = line.substring(2);
                } else if (line.startsWith("    ")) {
                    rows.add(Arguments.of(method, typed, line.strip()));
                } else if (!line.isBlank()) {
                    typed = line;
                }
            }
        }
        return rows.stream();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("table")
    void compiles_or_says_what_is_wrong(String method, String typed, String expected) {
        assertThat(outcome(method, typed)).isEqualTo(expected);
    }

    @Test
    void the_table_is_long_enough_to_mean_something() throws IOException {
        assertThat(table().count()).isGreaterThan(80);
    }

    @Test
    void a_megabyte_is_refused_at_once() {
        assertThatThrownBy(() -> Expressions.condition("a".repeat(1 << 20), scope("place", EXIT)))
                .isInstanceOf(ExpressionError.class)
                .hasMessage("an expression has at most 10,000 characters, this one has 1,048,576");
    }

    @Test
    void deep_nesting_and_endless_chains_are_refused() {
        for (String text : List.of(
                "(".repeat(4000) + "true" + ")".repeat(4000),
                "1" + "+1".repeat(4000) + " > 1",
                "order" + ".total".repeat(1000) + " > 1",
                "[".repeat(9000),
                "true" + " && true".repeat(1100))) {
            assertThatThrownBy(() -> Expressions.condition(text, scope("place", EXIT)))
                    .as(text.substring(0, 20))
                    .isInstanceOf(ExpressionError.class);
        }
    }

    @Test
    void what_compiles_survives_the_wire() throws Exception {
        Expr expr = Expressions.condition("order.lines.exists(l, l.sku == 'X') && cost > 20", scope("place", EXIT));
        WireWriter out = new WireWriter(64);
        expr.write(out);
        assertThat(print(Expr.read(new WireReader(out.toByteArray())))).isEqualTo(print(expr));
    }

    @Test
    void a_class_that_is_not_loaded_is_unknown_and_not_wrong() throws Exception {
        Scope alone = scope("place", EXIT, name -> Optional.empty());
        assertThat(print(Expressions.condition("order.whatever.it == 5", alone)))
                .isEqualTo("(eq:B (member:O it (member:O whatever (arg:O 0))) 5)");
    }

    static String outcome(String method, String typed) {
        int when = method.endsWith(" on entry") ? ProbePlan.ON_ENTRY : EXIT;
        boolean capture = typed.startsWith("capture ");
        try {
            Scope scope = scope(method.replace(" on entry", ""), when);
            return print(
                    capture
                            ? Expressions.capture(typed.substring("capture ".length()), scope)
                            : Expressions.condition(typed, scope));
        } catch (ExpressionError e) {
            return "! " + e.column() + ": " + e.getMessage() + (e.near().isEmpty() ? "" : " " + e.near());
        }
    }

    private static Scope scope(String method, int when) {
        return scope(method, when, CLASSES);
    }

    private static Scope scope(String method, int when, ClassSource classes) {
        ClassModel shop =
                ClassModel.parse(CLASSES.classFile(Shop.class.getName()).orElseThrow());
        ClassModel.Method found = MethodPattern.parse(method).matching(shop).get(0);
        return new Scope(shop, found.key(), classes, when);
    }

    /** {@code (eq:B (field:L Shop$Order.total J (arg:O 0)) 5)}: op and kind, what it names, children. */
    private static String print(Expr expr) {
        String children =
                expr.children.stream().map(child -> " " + print(child)).collect(Collectors.joining());
        String kind = ":" + " LDBO".charAt(expr.kind);
        switch (expr.op) {
            case Expr.CONST_LONG -> {
                return expr.kind == Expr.BOOL ? String.valueOf(expr.number == 1) : String.valueOf(expr.number);
            }
            case Expr.CONST_DOUBLE -> {
                return String.valueOf(Double.longBitsToDouble(expr.number));
            }
            case Expr.CONST_STRING -> {
                return "'" + expr.text + "'";
            }
            case Expr.NULL -> {
                return "null";
            }
            case Expr.FIELD, Expr.STATIC_FIELD -> {
                return "(" + OPS.get(expr.op) + kind + " " + expr.owner.replaceFirst(".*\\.", "") + "." + expr.text
                        + " " + expr.desc.replaceFirst("L.*/", "L") + children + ")";
            }
            case Expr.ARG, Expr.ITER, Expr.EXISTS, Expr.ALL, Expr.EXISTS_ONE, Expr.FILTER, Expr.MAP -> {
                return "(" + OPS.get(expr.op) + kind + " " + expr.number + children + ")";
            }
            default -> {
                return "(" + OPS.get(expr.op) + kind + (expr.text.isEmpty() ? "" : " " + expr.text) + children + ")";
            }
        }
    }

    private static final Map<Integer, String> OPS = ops();

    private static Map<Integer, String> ops() {
        Map<Integer, String> names = new TreeMap<>();
        for (Field field : Expr.class.getFields()) {
            try {
                boolean op = Modifier.isStatic(field.getModifiers())
                        && !field.getName().startsWith("MAX_");
                if (op && field.getInt(null) > 0) {
                    // the kinds share the first numbers with leaves that are printed in words of their own
                    names.put(field.getInt(null), field.getName().toLowerCase(Locale.ROOT));
                }
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
        return names;
    }
}
