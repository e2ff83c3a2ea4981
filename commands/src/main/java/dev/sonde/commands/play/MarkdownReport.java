package dev.sonde.commands.play;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A report for a ticket or a wiki: what was found first, then each step with what it showed. */
final class MarkdownReport {

    private final Report report;
    private final List<String> lines = new ArrayList<>();

    private MarkdownReport(Report report) {
        this.report = report;
    }

    static List<String> lines(Report report) {
        MarkdownReport markdown = new MarkdownReport(report);
        markdown.write();
        return markdown.lines;
    }

    private void add(String line) {
        lines.add(line);
    }

    private void write() {
        add("# " + report.title());
        add("");
        add(text(report.about()));
        add("");
        add("`" + text(report.command()) + "`, run by " + text(report.login()) + " at " + report.began());
        if (report.runs().size() > 1) {
            table();
        }
        for (int i = 0; i < report.runs().size(); i++) {
            run(report.runs().get(i), report.verdicts().get(i));
        }
    }

    private void table() {
        add("");
        add("| target | outcome | time | differs |");
        add("|---|---|---|---|");
        for (int i = 0; i < report.runs().size(); i++) {
            RunResult run = report.runs().get(i);
            add("| " + cell(Report.where(run)) + " | " + Verdict.words(run.outcome()) + " | "
                    + Humane.nanos(run.took().toNanos()) + " | "
                    + cell(report.verdicts().get(i).deviates().orElse("")) + " |");
        }
    }

    private void run(RunResult run, Verdict verdict) {
        add("");
        add("## " + text(Report.where(run)) + ": " + Verdict.words(run.outcome()));
        add("");
        run.held().ifPresent(said -> add(text(said)));
        for (Finding finding : verdict.findings()) {
            add("- **" + text(finding.found()) + "**"
                    + finding.sure().map(sure -> " (" + sure + ")").orElse("")
                    + finding.next().map(next -> " Next: " + text(next)).orElse(""));
        }
        verdict.deviates().ifPresent(how -> add("- differs from the other targets: " + text(how)));
        if (!run.numbers().isEmpty()) {
            add("");
            add("| number | |");
            add("|---|---|");
            for (Map.Entry<String, Double> number : run.numbers().entrySet()) {
                add("| " + cell(number.getKey()) + " | " + Functions.shown(number.getValue()) + " |");
            }
        }
        run.steps().stream().filter(step -> step.outcome() != Outcome.SKIPPED).forEach(this::step);
    }

    private void step(StepResult step) {
        add("");
        add("### " + step.outcome().mark() + " " + text(step.step().name()));
        add("");
        if (!step.lines().isEmpty()) {
            add("`" + text(Report.summary(step)) + "`, "
                    + Humane.nanos(step.took().toNanos()) + ", "
                    + Humane.count(step.values().size()) + " rows");
            add("");
            add("```");
            Report.shown(step).forEach(line -> add(line.replace("```", "'''")));
            add("```");
        }
        for (TakenProfile profile : report.profilesOf(step)) {
            add("Profile #" + profile.number() + ": `flame " + profile.number() + "` draws it; it is kept as `"
                    + text(profile.file()) + "`, which `go tool pprof` reads.");
        }
        step.error().ifPresent(error -> add(text(error)));
        step.said().filter(said -> step.outcome().good()).ifPresent(said -> add(text(said)));
    }

    private static String text(String text) {
        return SafeText.of(text).replace("`", "'").replace("<", "&lt;");
    }

    private static String cell(String text) {
        return text(text).replace("|", "\\|");
    }
}
