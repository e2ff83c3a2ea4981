package dev.sonde.commands.play;

import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.plain.PlainExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A text with expressions in it, each in braces behind a dollar; two dollars stand for one that means nothing. */
final class Template {

    /** A stretch of text, or an expression in its place. */
    private record Part(String text, Optional<PlainExpression> expression) {}

    /** Where an expression stands in a text, without what is around it. */
    record Hole(int from, int to) {}

    private final List<Part> parts;

    private Template(List<Part> parts) {
        this.parts = parts;
    }

    /** What is wrong with it is noted in the scope. */
    static Template of(Written written, Scope scope) {
        List<Part> parts = new ArrayList<>();
        String text = written.text();
        int from = 0;
        for (Hole hole : holes(written, scope)) {
            parts.add(new Part(unescaped(text.substring(from, hole.from - 2)), Optional.empty()));
            scope.expression(written.part(hole.from, hole.to))
                    .ifPresent(expression -> parts.add(new Part("", Optional.of(expression))));
            from = hole.to + 1;
        }
        parts.add(new Part(unescaped(text.substring(from)), Optional.empty()));
        return new Template(parts);
    }

    private static String unescaped(String text) {
        return text.replace("$${", "${");
    }

    /** The expressions of a text, in order. One that does not end is noted. */
    static List<Hole> holes(Written written, Scope scope) {
        List<Hole> holes = new ArrayList<>();
        String text = written.text();
        for (int at = text.indexOf("${"); at >= 0; at = text.indexOf("${", at)) {
            if (at > 0 && text.charAt(at - 1) == '$') {
                at += 2;
                continue;
            }
            int end = end(text, at + 2);
            if (end < 0) {
                scope.wrong(written.at(at), "the ${ is not closed by a }");
                return holes;
            }
            holes.add(new Hole(at + 2, end));
            at = end;
        }
        return holes;
    }

    /** The brace that closes, past those of maps and in texts. */
    private static int end(String text, int from) {
        int depth = 0;
        char open = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (open != 0) {
                if (c == '\\') {
                    i++;
                } else if (c == open) {
                    open = 0;
                }
            } else if (c == '\'' || c == '"') {
                open = c;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && depth-- == 0) {
                return i;
            }
        }
        return -1;
    }

    /** For a person. */
    String shown(Map<String, ? extends @Nullable Object> values) throws ExpressionError {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(
                    part.expression.isPresent()
                            ? Functions.shown(part.expression.get().evaluate(values))
                            : part.text);
        }
        return text.toString().strip().replaceAll("\\s*\\n\\s*", " ");
    }

    /** For a machine: no number is rounded. */
    String exact(Map<String, ? extends @Nullable Object> values) throws ExpressionError {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(
                    part.expression.isPresent()
                            ? Functions.exact(part.expression.get().evaluate(values))
                            : part.text);
        }
        return text.toString().strip();
    }
}
