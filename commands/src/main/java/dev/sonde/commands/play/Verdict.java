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
import java.util.stream.Collectors;

/**
 * What a run came to, in plain words: what it found, how sure that is, and what to look at next.
 *
 * @param numbers what the playbook gave a name that is a number
 * @param held what is said when nothing was found
 * @param deviates how it differs from the runs on the other targets
 */
record Verdict(
        Optional<String> target,
        Optional<String> name,
        String playbook,
        Outcome outcome,
        int exit,
        Instant time,
        Duration tookMs,
        List<Finding> findings,
        Map<String, Double> numbers,
        Optional<String> held,
        Optional<String> deviates,
        @Shown(onlyTable = true) int steps)
        implements Prose {

    static Verdict of(String playbook, RunResult run, Optional<String> deviates) {
        return new Verdict(
                run.target().map(RunResult.Subject::id),
                run.target().map(RunResult.Subject::name),
                playbook,
                run.outcome(),
                run.outcome().exit(),
                run.began(),
                run.took(),
                Finding.of(run),
                run.numbers(),
                run.held(),
                deviates,
                (int) run.steps().stream()
                        .filter(step -> step.outcome() != Outcome.SKIPPED)
                        .count());
    }

    @Override
    public String type() {
        return "run";
    }

    /** In a few words, how it ended. */
    static String words(Outcome outcome) {
        return switch (outcome) {
            case HELD, SKIPPED -> "held";
            case FAILED -> "failed";
            case WRONG -> "wrong";
            case LOST -> "lost";
            case REFUSED -> "not granted";
            case OUT_OF_TIME -> "out of time";
            case ENDED -> "ended";
        };
    }

    @Override
    public void tell(Page page) {
        Text head = new Text()
                .add(playbook, Style.STRONG)
                .add(target.map(id -> " on " + id + name.map(text -> " " + text).orElse(""))
                        .orElse(""))
                .add(": ")
                .add(words(outcome), outcome.good() ? Style.GOOD : Style.BAD)
                .add(
                        "  " + steps + (steps == 1 ? " step, " : " steps, ") + Humane.nanos(tookMs.toNanos()),
                        Style.FAINT);
        page.line(head);
        held.ifPresent(text -> page.line(new Text().add("  " + text)));
        for (Finding finding : findings) {
            page.line(new Text().add("  " + finding.found(), outcome == Outcome.FAILED ? Style.STRONG : Style.BAD));
            finding.sure()
                    .ifPresent(sure -> page.line(
                            new Text().add("  how sure: ", Style.FAINT).add(sure)));
            finding.next()
                    .ifPresent(next ->
                            page.line(new Text().add("  next: ", Style.FAINT).add(next), 8));
        }
        if (!numbers.isEmpty()) {
            page.line(new Text()
                    .add(
                            "  "
                                    + numbers.entrySet().stream()
                                            .map(each -> each.getKey().replace('_', ' ') + " "
                                                    + Functions.shown(each.getValue()))
                                            .collect(Collectors.joining(", ")),
                            Style.FAINT));
        }
    }

    /** Its outcome among others. */
    RunLine line() {
        return new RunLine(
                target.orElse(""),
                name.orElse(""),
                words(outcome),
                findings.stream().map(Finding::step).distinct().collect(Collectors.joining(", ")),
                tookMs,
                deviates.map(text -> "◂ " + text).orElse(""));
    }
}
