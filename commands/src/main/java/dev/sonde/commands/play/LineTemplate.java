package dev.sonde.commands.play;

import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Line;
import dev.sonde.commands.Row;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.RowValues;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.plain.PlainExpression;
import dev.sonde.weave.plain.PlainType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A line of a step: words, in which expressions may stand. It is cut into words before anything is put in, so that no value,
 * whatever a target called something, becomes two words, an option or a target.
 */
final class LineTemplate {

    /** Stand for the first expression, the second, …: no character that a line may be written with. */
    private static final char FIRST_MARK = '\uE000';

    private static final int MOST_EXPRESSIONS = 100;

    /** What may stand for a value that nobody knows yet: one of them must do, as a count, a duration, a name, a size. */
    private static final List<String> SAMPLES = List.of("1", "1s", "x", "1k", "runnable");

    /** What makes no sense in a step, or would never end. */
    private static final Set<String> NO_STEPS =
            Set.of("exit", "select", "help", "history", "web", "play", "guard", "profile start", "profile continuous");

    private final String text;
    private final List<Line.Word> words;
    private final List<PlainExpression> expressions;
    private final Grant needs;
    private final boolean wantsTarget;
    private final PlainType row;

    private LineTemplate(
            String text,
            List<Line.Word> words,
            List<PlainExpression> expressions,
            Grant needs,
            boolean wantsTarget,
            PlainType row) {
        this.text = text;
        this.words = words;
        this.expressions = expressions;
        this.needs = needs;
        this.wantsTarget = wantsTarget;
        this.row = row;
    }

    /**
     * Parses a line as it would be when it is typed; what is wrong with it is noted in the scope.
     *
     * @param known values that the expressions may have already: of those with other names samples are taken
     */
    static Optional<LineTemplate> of(Written written, Scope scope, Map<String, Object> known, Catalogue catalogue) {
        List<PlainExpression> expressions = new ArrayList<>();
        StringBuilder marked = new StringBuilder();
        String text = written.text();
        int from = 0;
        List<Template.Hole> holes = Template.holes(written, scope);
        for (Template.Hole hole : holes) {
            marked.append(text, from, hole.from() - 2).append((char) (FIRST_MARK + expressions.size()));
            Optional<PlainExpression> expression = scope.expression(written.part(hole.from(), hole.to()));
            if (expression.isEmpty() || expressions.size() >= MOST_EXPRESSIONS) {
                return Optional.empty();
            }
            expressions.add(expression.get());
            from = hole.to() + 1;
        }
        marked.append(text.substring(from));
        String whole = marked.toString().strip().replaceAll("\\s*\\n\\s*", " ").replace("$${", "${");
        try {
            List<Line.Word> words = words(whole);
            Catalogue.Invocation invocation = parse(words, expressions, known, catalogue);
            String command = invocation.command().name();
            if (NO_STEPS.contains(command) || command.startsWith("play ")) {
                scope.wrong(written.at(), command + ": is no step of a playbook");
                return Optional.empty();
            }
            return Optional.of(new LineTemplate(
                    text,
                    words,
                    expressions,
                    invocation.body().needs(invocation.command().needs()),
                    invocation.command().wantsTarget(),
                    row(invocation)));
        } catch (UsageError e) {
            scope.wrong(written.at(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static List<Line.Word> words(String line) throws UsageError {
        Line parsed = Line.parse(line);
        if (parsed.isEmpty()) {
            throw new UsageError("line: is empty");
        }
        if (parsed.target().isEmpty()) {
            return parsed.typed();
        }
        List<Line.Word> words =
                new ArrayList<>(Line.of("@" + parsed.target().get().text()).typed());
        words.addAll(parsed.typed());
        return words;
    }

    private static Catalogue.Invocation parse(
            List<Line.Word> words, List<PlainExpression> expressions, Map<String, Object> known, Catalogue catalogue)
            throws UsageError {
        List<Line.Word> command = words.get(0).text().startsWith("@") ? words.subList(1, words.size()) : words;
        UsageError first = null;
        for (String sample : SAMPLES) {
            List<String> values = new ArrayList<>();
            boolean sampled = false;
            for (PlainExpression expression : expressions) {
                Optional<String> value = now(expression, known);
                sampled |= value.isEmpty();
                values.add(value.orElse(sample));
            }
            try {
                return catalogue.parse(new Line(Optional.empty(), filled(command, values)));
            } catch (UsageError e) {
                first = first == null ? e : first;
                if (!sampled) {
                    break;
                }
            }
        }
        throw first == null ? new UsageError("the line is not understood") : first;
    }

    private static Optional<String> now(PlainExpression expression, Map<String, Object> known) {
        try {
            return Optional.of(Functions.exact(expression.evaluate(known)));
        } catch (ExpressionError e) {
            return Optional.empty(); // it names what only the run will know
        }
    }

    private static List<Line.Word> filled(List<Line.Word> words, List<String> values) {
        return words.stream().map(word -> filled(word, values)).toList();
    }

    private static Line.Word filled(Line.Word word, List<String> values) {
        StringBuilder text = new StringBuilder();
        for (char c : word.text().toCharArray()) {
            int index = c - FIRST_MARK;
            text.append(index >= 0 && index < values.size() ? values.get(index) : Character.toString(c));
        }
        return word.text().contentEquals(text) ? word : word.with(text.toString());
    }

    private static PlainType row(Catalogue.Invocation invocation) {
        Gives gives = invocation.body().getClass().getAnnotation(Gives.class);
        String name = invocation.command().name().replace(' ', '_').replace('-', '_');
        return gives == null
                ? new PlainType.Entries(PlainType.Simple.ANY)
                : RowValues.shape("row." + name, List.<Class<? extends Row>>of(gives.value()));
    }

    /** What the login must have. */
    Grant needs() {
        return needs;
    }

    boolean wantsTarget() {
        return wantsTarget;
    }

    /** What each of its rows is. */
    PlainType row() {
        return row;
    }

    /**
     * As it would be typed, as far as that can be said before it runs: {@code …} stands for what only the run will know.
     *
     * @param known values by name
     */
    String planned(Map<String, Object> known) {
        List<String> values = expressions.stream()
                .map(expression -> now(expression, known).orElse("…"))
                .toList();
        return Line.typed(filled(words, values));
    }

    /**
     * The line with its values, as it is typed.
     *
     * @param target stands in front where the line itself names none; empty where there is none
     */
    String typed(Map<String, ? extends @Nullable Object> values, Optional<String> target) throws ExpressionError {
        List<String> texts = new ArrayList<>();
        for (PlainExpression expression : expressions) {
            texts.add(Functions.exact(expression.evaluate(values)));
        }
        StringBuilder line = new StringBuilder();
        if (target.isPresent() && wantsTarget && !words.get(0).text().startsWith("@")) {
            line.append('@').append(target.get());
        }
        List<Line.Word> all = filled(words, texts);
        for (int i = 0; i < all.size(); i++) {
            Line.Word word = all.get(i);
            if (word.text().startsWith("-") && !words.get(i).text().startsWith("-")) {
                throw new ExpressionError("'" + word.text() + "' would be an option of the line", text, 0, List.of());
            }
            line.append(line.isEmpty() ? "" : " ").append(word.typed());
        }
        return line.toString();
    }
}
