package dev.sonde.commands.observe;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Value;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** One call that a watch saw. */
record HitRow(
        int probe,
        Instant time,
        String thread,
        long threadId,
        @Shown(json = "class") String className,
        String method,
        ProbeSpec.Event event,
        Optional<Duration> costMs,
        Optional<Map<String, Value>> args,
        @Shown(json = "this") Optional<Value> self,
        Optional<Value> result,
        Optional<Value> error,
        Optional<Map<String, Value>> values,
        OptionalLong call,
        Optional<List<Change>> changed,
        Optional<Map<String, String>> context,
        Optional<List<String>> stack,
        @Shown(onlyTable = true) OptionalInt stackDepth,
        @Shown(onlyTable = true) boolean whole,
        OptionalLong dropped)
        implements Prose {

    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    /** @param expressions what was asked for; empty for arguments and outcome */
    static HitRow of(Hit hit, List<String> expressions) {
        return of(hit, expressions, List.of(), true);
    }

    /**
     * The end of a call that was shown as it began.
     *
     * @param changes of what was captured then
     * @param whole whether a person wants more of it than these
     */
    static HitRow of(Hit hit, List<String> expressions, List<Change> changes, boolean whole) {
        boolean thrown = hit.event() == ProbeSpec.Event.THROW;
        return new HitRow(
                hit.probe(),
                hit.time(),
                hit.thread(),
                hit.threadId(),
                hit.className(),
                hit.method(),
                hit.event(),
                hit.costNanos().isPresent()
                        ? Optional.of(Duration.ofNanos(hit.costNanos().getAsLong()))
                        : Optional.empty(),
                expressions.isEmpty() ? Optional.of(named(hit.names(), hit.args())) : Optional.empty(),
                hit.self(),
                thrown ? Optional.empty() : hit.outcome(),
                thrown ? hit.outcome() : Optional.empty(),
                expressions.isEmpty() ? Optional.empty() : Optional.of(named(expressions, hit.values())),
                hit.call(),
                Optional.of(changes).filter(some -> !some.isEmpty()),
                Optional.of(hit.context()).filter(some -> !some.isEmpty()),
                Optional.of(Callers.frames(hit)).filter(some -> !some.isEmpty()),
                hit.stackDepth(),
                whole,
                hit.dropped() > 0 ? OptionalLong.of(hit.dropped()) : OptionalLong.empty());
    }

    /** What was captured, by name: the expressions that were asked for, or the arguments. */
    static Map<String, Value> given(Hit hit, List<String> expressions) {
        return expressions.isEmpty() ? named(hit.names(), hit.args()) : named(expressions, hit.values());
    }

    /** Values by name; a name that comes again gets its number. */
    static Map<String, Value> named(List<String> names, List<Value> values) {
        Map<String, Value> named = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            String name = i < names.size() ? names.get(i) : "arg" + i;
            named.put(named.containsKey(name) ? name + "#" + (i + 1) : name, values.get(i));
        }
        return named;
    }

    @Override
    public String type() {
        return "hit";
    }

    @Override
    public void tell(Page page) {
        Text head = new Text()
                .add(TIME.format(time.atZone(page.zone())), Style.FAINT)
                .add("  " + thread + "  ")
                .add(costMs.map(cost -> Humane.nanos(cost.toNanos()) + "  ").orElse(""), Style.WARN)
                .add(ValueText.simple(className) + "." + method, Style.STRONG);
        if (!whole) {
            page.line(head.add(error.isPresent() ? " ✗ changed" : " → changed", Style.FAINT));
            lost(page);
            tellChanges(page);
            return;
        }
        Optional<Text> outcome = outcome();
        boolean fits = outcome.isEmpty() || head.width() + outcome.get().width() <= Math.min(page.columns(), 160);
        page.line(outcome.isPresent() && fits ? head.add(outcome.get()) : head.add(word()));
        lost(page);
        Callers.tellContext(page, context.orElse(Map.of()));
        // The object is often a service with all its maps: a line of it is enough, unless it was asked for as an
        // expression.
        self.ifPresent(value -> ValueText.writeLine(page, 4, label("this"), value));
        args.orElse(Map.of()).forEach((name, value) -> ValueText.write(page, 4, label(name), value));
        values.orElse(Map.of()).forEach((name, value) -> asked(page, name, value));
        if (!fits) {
            result.ifPresent(value -> ValueText.write(page, 4, label("→"), value));
            error.ifPresent(value -> ValueText.write(page, 4, new Text().add("✗", Style.BAD), value));
        }
        error.ifPresent(value -> frames(page, value));
        if (changed.isPresent()) {
            page.line(new Text().add("    changed since it began", Style.FAINT));
            tellChanges(page);
        }
        Callers.tell(page, stack.orElse(List.of()), stackDepth);
    }

    private void lost(Page page) {
        dropped.ifPresent(lost -> page.line(
                new Text().add("    " + Humane.count(lost) + " calls before this one are not shown", Style.WARN)));
    }

    private void tellChanges(Page page) {
        changed.orElse(List.of()).forEach(change -> change.tell(page, 6));
    }

    /** The value of an expression; of {@code cost}, whose unit nobody can see, as a time. */
    private static void asked(Page page, String expression, Value value) {
        if (expression.equals("cost") && value instanceof Value.Real cost) {
            page.line(new Text()
                    .add("    ")
                    .add(label(expression))
                    .add(" " + Humane.nanos(Math.round(cost.value() * 1e6))));
        } else {
            ValueText.write(page, 4, label(expression), value);
        }
    }

    private static Text label(String name) {
        return new Text().add(name, Style.FAINT);
    }

    /** What stands for an outcome that is told below. */
    private String word() {
        return error.isPresent() || event == ProbeSpec.Event.THROW
                ? " ✗"
                : result.isPresent() ? " →" : event == ProbeSpec.Event.ENTRY ? " …" : "";
    }

    private Optional<Text> outcome() {
        if (error.isPresent()) {
            return Optional.of(new Text().add(" ✗ ", Style.BAD).add(ValueText.flat(error.get())));
        }
        if (result.isPresent()) {
            return Optional.of(new Text().add(" → ", Style.FAINT).add(ValueText.flat(result.get())));
        }
        return event == ProbeSpec.Event.ENTRY ? Optional.of(new Text().add(" …", Style.FAINT)) : Optional.empty();
    }

    private static void frames(Page page, Value error) {
        if (error instanceof Value.Thrown thrown) {
            thrown.frames().stream()
                    .limit(3)
                    .forEach(frame -> page.line(new Text().add("      at " + frame, Style.FAINT)));
            thrown.cause().ifPresent(cause -> {
                page.line(new Text().add("      because of ", Style.FAINT).add(ValueText.flat(cause)));
                frames(page, cause);
            });
        }
    }
}
