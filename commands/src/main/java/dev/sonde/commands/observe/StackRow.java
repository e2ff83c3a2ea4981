package dev.sonde.commands.observe;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.Hit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One call and who made it.
 *
 * @param frames the method itself first, as the JVM prints them
 * @param frameCount of the whole stack; empty when more was there than was asked for
 */
record StackRow(
        int probe,
        Instant time,
        String thread,
        long threadId,
        @Shown(json = "class") String className,
        String method,
        Optional<Duration> costMs,
        Optional<Map<String, String>> context,
        List<String> frames,
        OptionalInt frameCount,
        OptionalLong dropped)
        implements Prose {

    static StackRow of(Hit hit) {
        return new StackRow(
                hit.probe(),
                hit.time(),
                hit.thread(),
                hit.threadId(),
                hit.className(),
                hit.method(),
                hit.costNanos().isPresent()
                        ? Optional.of(Duration.ofNanos(hit.costNanos().getAsLong()))
                        : Optional.empty(),
                Optional.of(hit.context()).filter(context -> !context.isEmpty()),
                Callers.frames(hit),
                hit.stackDepth(),
                hit.dropped() > 0 ? OptionalLong.of(hit.dropped()) : OptionalLong.empty());
    }

    @Override
    public String type() {
        return "stack";
    }

    @Override
    public void tell(Page page) {
        page.line(new Text()
                .add(HitRow.TIME.format(time.atZone(page.zone())), Style.FAINT)
                .add("  " + thread + "  ")
                .add(costMs.map(cost -> Humane.nanos(cost.toNanos()) + "  ").orElse(""), Style.WARN)
                .add(ValueText.simple(className) + "." + method, Style.STRONG));
        dropped.ifPresent(lost -> page.line(
                new Text().add("    " + Humane.count(lost) + " calls before this one are not shown", Style.WARN)));
        Callers.tellContext(page, context.orElse(Map.of()));
        Callers.tell(page, frames, frameCount);
    }
}
