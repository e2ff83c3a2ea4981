package dev.sonde.commands.observe;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.Value;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What was there at one execution of a line, or an exception as it was made. */
record SnapRow(
        int probe,
        Instant time,
        String thread,
        long threadId,
        @Shown(json = "class") String className,
        String method,
        Optional<String> file,
        OptionalInt line,
        Optional<Map<String, Value>> args,
        Optional<Map<String, Value>> locals,
        @Shown(json = "this") Optional<Value> self,
        Optional<Value> error,
        Optional<Map<String, Value>> values,
        Optional<List<String>> hidden,
        Optional<Map<String, String>> context,
        Optional<List<String>> stack,
        @Shown(onlyTable = true) OptionalInt stackDepth,
        OptionalLong dropped)
        implements Prose {

    /** @param expressions what was asked for; empty for all that is there */
    static SnapRow of(Hit hit, List<String> expressions) {
        boolean thrown = hit.place().isEmpty();
        boolean all = expressions.isEmpty();
        int arguments = hit.place().map(Hit.Place::arguments).orElse(0);
        return new SnapRow(
                hit.probe(),
                hit.time(),
                hit.thread(),
                hit.threadId(),
                hit.className(),
                hit.method(),
                hit.place().flatMap(Hit.Place::file),
                line(hit),
                all && !thrown ? Optional.of(part(hit, 0, arguments)) : Optional.empty(),
                all && !thrown ? Optional.of(part(hit, arguments, hit.args().size())) : Optional.empty(),
                thrown ? Optional.empty() : hit.self(),
                thrown ? hit.self() : Optional.empty(),
                all ? Optional.empty() : Optional.of(HitRow.named(expressions, hit.values())),
                all ? hit.place().map(Hit.Place::hidden).filter(some -> !some.isEmpty()) : Optional.empty(),
                Optional.of(hit.context()).filter(some -> !some.isEmpty()),
                Optional.of(Callers.frames(hit)).filter(some -> !some.isEmpty()),
                hit.stackDepth(),
                hit.dropped() > 0 ? OptionalLong.of(hit.dropped()) : OptionalLong.empty());
    }

    static OptionalInt line(Hit hit) {
        return hit.place().isPresent() && hit.place().get().line() > 0
                ? OptionalInt.of(hit.place().get().line())
                : OptionalInt.empty();
    }

    private static Map<String, Value> part(Hit hit, int from, int to) {
        int end = Math.min(to, hit.args().size());
        return HitRow.named(
                hit.names().subList(Math.min(from, end), end), hit.args().subList(Math.min(from, end), end));
    }

    @Override
    public String type() {
        return "hit";
    }

    static Text lost(long count) {
        return new Text().add("    " + Humane.count(count) + " hits before this one are not shown", Style.WARN);
    }

    @Override
    public void tell(Page page) {
        Text head = new Text()
                .add(HitRow.TIME.format(time.atZone(page.zone())), Style.FAINT)
                .add("  " + thread + "  ");
        if (file.isPresent() || line.isPresent() || args.isPresent()) {
            head.add(ValueText.simple(className) + "." + method, Style.STRONG);
            head.add(
                    "  " + file.orElse("") + (line.isPresent() ? ":" + line.getAsInt() : " (no line numbers)"),
                    Style.FAINT);
        } else {
            error.ifPresent(made -> head.add("✗ ", Style.BAD).add(ValueText.flat(made)));
            if (error.isEmpty()) {
                head.add(ValueText.simple(className), Style.STRONG);
            }
        }
        page.line(head, 4);
        dropped.ifPresent(count -> page.line(lost(count)));
        Callers.tellContext(page, context.orElse(Map.of()));
        self.ifPresent(value -> ValueText.write(page, 4, label("this"), value));
        args.orElse(Map.of()).forEach((name, value) -> ValueText.write(page, 4, label(name), value));
        locals.orElse(Map.of()).forEach((name, value) -> ValueText.write(page, 4, local(name), value));
        values.orElse(Map.of()).forEach((name, value) -> ValueText.write(page, 4, label(name), value));
        hidden.orElse(List.of()).forEach(why -> page.line(new Text().add("    hidden: " + why, Style.FAINT), 8));
        Optional<Value.Thrown> thrown =
                error.filter(Value.Thrown.class::isInstance).map(Value.Thrown.class::cast);
        if (stack.isPresent() || thrown.isEmpty()) {
            Callers.tell(page, stack.orElse(List.of()), stackDepth);
        } else {
            Callers.tell(page, thrown.get().frames(), OptionalInt.of(0)); // the same, and shorter
        }
        thrown.flatMap(Value.Thrown::cause)
                .ifPresent(cause ->
                        page.line(new Text().add("    because of ", Style.FAINT).add(ValueText.flat(cause))));
    }

    private static Text label(String name) {
        return new Text().add(name, Style.FAINT);
    }

    private static Text local(String name) {
        return new Text().add(name, Style.WARN);
    }
}
