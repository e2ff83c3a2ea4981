package dev.sonde.commands.observe;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.Value;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A log line that was never in the code. */
record LogRow(
        int probe,
        Instant time,
        String thread,
        @Shown(json = "class") String className,
        String method,
        OptionalInt line,
        String text,
        Map<String, Value> values,
        @Shown(onlyTable = true) Text shown,
        Optional<Map<String, String>> context,
        OptionalLong dropped)
        implements Prose {

    static LogRow of(Hit hit, LogTemplate template) {
        List<String> expressions = template.expressions();
        Text shown = template.line(hit.values());
        return new LogRow(
                hit.probe(),
                hit.time(),
                hit.thread(),
                hit.className(),
                hit.method(),
                SnapRow.line(hit),
                shown.toString(),
                HitRow.named(expressions, hit.values()),
                shown,
                Optional.of(hit.context()).filter(some -> !some.isEmpty()),
                hit.dropped() > 0 ? OptionalLong.of(hit.dropped()) : OptionalLong.empty());
    }

    @Override
    public String type() {
        return "log";
    }

    @Override
    public void tell(Page page) {
        dropped.ifPresent(lost -> page.line(SnapRow.lost(lost)));
        page.line(
                new Text()
                        .add(HitRow.TIME.format(time.atZone(page.zone())), Style.FAINT)
                        .add("  " + thread + "  ")
                        .add(shown),
                8);
    }
}
