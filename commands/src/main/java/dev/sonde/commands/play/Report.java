package dev.sonde.commands.play;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.JsonOutput;
import dev.sonde.commands.output.PeopleOutput;
import dev.sonde.commands.output.Screen;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is kept of a run: who ran what on which JVM and when, every step with its lines and what they showed, the profiles it
 * took, and the findings. How that is written is {@link MarkdownReport}, {@link HtmlReport} and {@link JunitReport}.
 *
 * @param name what was typed behind {@code play}
 * @param given and behind that
 * @param verdicts one for each run, in the same order
 * @param profiles by number
 */
record Report(
        CheckedPlaybook playbook,
        String name,
        String login,
        List<String> given,
        List<RunResult> runs,
        List<Verdict> verdicts,
        Map<Long, TakenProfile> profiles) {

    private static final int COLUMNS = 120;

    List<String> as(ReportFormat format) {
        return switch (format) {
            case MD -> MarkdownReport.lines(this);
            case HTML -> HtmlReport.lines(this);
            case JSON -> json(List.of(asRow()));
            case XML -> JunitReport.lines(this);
        };
    }

    String title() {
        return playbook.written().name();
    }

    String about() {
        return playbook.written().about();
    }

    String command() {
        return ("play " + name + " " + String.join(" ", given)).strip();
    }

    /** When, as ISO 8601 has it. */
    String began() {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                runs.get(0).began().truncatedTo(ChronoUnit.MILLIS).atZone(ZoneId.systemDefault()));
    }

    static String where(RunResult run) {
        return run.target().map(RunResult.Subject::toString).orElse("no target");
    }

    /** The lines of a step. */
    static String summary(StepResult step) {
        return String.join("; ", step.lines()) + (step.rounds() > 1 ? " ×" + step.rounds() : "");
    }

    /** What a step showed, as a person would have seen it. */
    static List<String> shown(StepResult step) {
        List<String> text = new ArrayList<>();
        Screen screen = new Screen(OptionalInt.of(COLUMNS), false, ZoneId.systemDefault());
        try (PeopleOutput people = new PeopleOutput(text::add, text::add, screen)) {
            step.rows().forEach(people::row);
            step.notices().forEach(people::notice);
        }
        return text;
    }

    /** Those that a step took or looked at, and that are there. */
    List<TakenProfile> profilesOf(StepResult step) {
        return TakenProfile.numbers(step.values()).stream()
                .flatMap(number -> Optional.ofNullable(profiles.get(number)).stream())
                .toList();
    }

    /** Rows as {@code --json} gives them. */
    static List<String> json(List<? extends Row> rows) {
        List<String> lines = new ArrayList<>();
        try (JsonOutput json = new JsonOutput(lines::add, unused -> {}, Optional.empty(), ZoneOffset.UTC)) {
            rows.forEach(json::row);
        }
        return lines;
    }

    private ReportedRun asRow() {
        List<ReportedRun.OnTarget> all = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            RunResult run = runs.get(i);
            all.add(new ReportedRun.OnTarget(
                    verdicts.get(i),
                    run.steps().stream()
                            .map(step -> StepRow.of(run.target(), step, false, 0))
                            .toList()));
        }
        return new ReportedRun(title(), about(), login, runs.get(0).began(), playbook.inputs(), all);
    }
}
