package dev.sonde.commands.play;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One step that a run has behind it.
 *
 * @param rows the first thousand
 * @param profiles the numbers of those that its rows are of
 * @param label what stands before it where several targets answer at once
 */
record StepRow(
        Optional<String> target,
        String step,
        Outcome outcome,
        Instant time,
        Duration tookMs,
        List<String> lines,
        int rounds,
        int exit,
        int rowCount,
        List<Map<String, @Nullable Object>> rows,
        List<Long> profiles,
        List<String> notices,
        Optional<String> error,
        Optional<String> said,
        Optional<String> sure,
        Optional<String> next,
        @Shown(onlyTable = true) String label,
        @Shown(onlyTable = true) int width,
        @Shown(onlyTable = true) boolean named)
        implements Prose {

    private static final int MOST_ROWS = 1_000;

    /** @param width of the names of all steps */
    static StepRow of(Optional<RunResult.Subject> target, StepResult result, boolean ofSeveral, int width) {
        List<Map<String, @Nullable Object>> values = result.values();
        return new StepRow(
                target.map(RunResult.Subject::id),
                result.step().name(),
                result.outcome(),
                result.began(),
                result.took(),
                result.lines(),
                result.rounds(),
                result.exit(),
                values.size(),
                values.subList(0, Math.min(MOST_ROWS, values.size())),
                TakenProfile.numbers(values),
                result.notices(),
                result.error(),
                result.said(),
                result.said().isPresent() ? Optional.ofNullable(result.step().sure()) : Optional.empty(),
                result.next(),
                ofSeveral ? target.map(one -> one + " │ ").orElse("") : "",
                width,
                result.step().named());
    }

    private String padded() {
        return step + " ".repeat(Math.max(0, width - step.length()));
    }

    /** Which JVM it is on stands at the end, or in front of all lines. */
    private String withoutTarget(String line) {
        String prefix = "@" + target.orElse("") + " ";
        return line.startsWith(prefix) ? line.substring(prefix.length()) : line;
    }

    @Override
    public String type() {
        return "step";
    }

    @Override
    public void tell(Page page) {
        boolean good = outcome.good();
        if (good && !named && lines.isEmpty() && said.isEmpty()) {
            return; // a check that holds, and that nobody gave a name
        }
        Text head = new Text()
                .add(label, Style.FAINT)
                .add(outcome.mark() + " ", good ? Style.GOOD : Style.BAD)
                .add(
                        lines.isEmpty() && outcome != Outcome.SKIPPED ? step : padded(),
                        good ? Style.PLAIN : Style.STRONG);
        if (outcome == Outcome.SKIPPED) {
            page.line(head.add("  skipped", Style.FAINT));
            return;
        }
        if (!lines.isEmpty()) {
            String time = Humane.nanos(tookMs.toNanos());
            head.add("  " + " ".repeat(Math.max(0, 7 - time.length())) + time, Style.FAINT)
                    .add("  " + withoutTarget(lines.get(0)))
                    .add(lines.size() > 1 ? " and " + (lines.size() - 1) + " more" : "", Style.FAINT)
                    .add(rounds > 1 ? "  ×" + rounds : "", Style.FAINT)
                    .add("  " + Humane.count(rowCount) + (rowCount == 1 ? " row" : " rows"), Style.FAINT);
        }
        page.line(head);
        for (long number : profiles) {
            page.line(new Text()
                    .add(label, Style.FAINT)
                    .add("  profile #" + number + "; flame " + number + " draws it", Style.FAINT));
        }
        if (good) {
            said.ifPresent(text -> page.line(new Text().add(label, Style.FAINT).add("  " + text)));
        } else if (said.isEmpty()) {
            error.ifPresent(text -> page.line(new Text().add(label, Style.FAINT).add("  " + text, Style.BAD)));
        }
    }
}
