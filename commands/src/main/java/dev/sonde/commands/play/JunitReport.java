package dev.sonde.commands.play;

import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report for a pipeline, as Ant's and Maven's runners of JUnit write it: a suite for each target, a case for each step. */
final class JunitReport {

    private final Report report;
    private final List<String> lines = new ArrayList<>();

    private JunitReport(Report report) {
        this.report = report;
    }

    static List<String> lines(Report report) {
        JunitReport junit = new JunitReport(report);
        junit.write();
        return junit.lines;
    }

    /** Each line for itself: what shows a report takes a line end within one for something of the target's. */
    private void add(String text) {
        text.lines().forEach(lines::add);
    }

    private void write() {
        List<RunResult> runs = report.runs();
        add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        long tests = runs.stream().mapToLong(run -> run.steps().size()).sum();
        long failures = runs.stream().mapToLong(run -> count(run, true)).sum();
        long errors = runs.stream().mapToLong(run -> count(run, false)).sum();
        add("<testsuites name=\"" + Markup.of(report.title()) + "\" tests=\"" + tests + "\" failures=\"" + failures
                + "\" errors=\"" + errors + "\">");
        runs.forEach(this::suite);
        add("</testsuites>");
    }

    private void suite(RunResult run) {
        String suite = report.title() + " on " + Report.where(run);
        add("<testsuite name=\"" + Markup.of(suite) + "\" tests=\""
                + run.steps().size() + "\" failures=\""
                + count(run, true) + "\" errors=\"" + count(run, false) + "\" skipped=\""
                + run.steps().stream()
                        .filter(step -> step.outcome() == Outcome.SKIPPED)
                        .count()
                + "\" time=\"" + seconds(run.took().toNanos()) + "\" timestamp=\""
                + run.began()
                        .truncatedTo(ChronoUnit.SECONDS)
                        .atZone(ZoneOffset.UTC)
                        .toLocalDateTime() + "\">");
        add("<properties><property name=\"login\" value=\"" + Markup.of(report.login())
                + "\"/><property name=\"line\" value=\"" + Markup.of(report.command()) + "\"/>");
        run.numbers()
                .forEach((name, value) ->
                        add("<property name=\"" + Markup.of(name) + "\" value=\"" + Functions.exact(value) + "\"/>"));
        add("</properties>");
        run.steps().forEach(step -> testCase(suite, step));
        add("</testsuite>");
    }

    private static long count(RunResult run, boolean failures) {
        return run.failed().stream()
                .filter(step -> (step.outcome() == Outcome.FAILED) == failures)
                .count();
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e9);
    }

    private void testCase(String suite, StepResult step) {
        add("<testcase classname=\"" + Markup.of(suite) + "\" name=\""
                + Markup.of(step.step().name()) + "\" time=\""
                + seconds(step.took().toNanos()) + "\">");
        if (step.outcome() == Outcome.SKIPPED) {
            add("<skipped/>");
        } else if (!step.outcome().good()) {
            String tag = step.outcome() == Outcome.FAILED ? "failure" : "error";
            String message = step.said().or(step::error).orElse("failed");
            add("<" + tag + " message=\"" + Markup.of(message) + "\" type=\"" + Verdict.words(step.outcome()) + "\">"
                    + Markup.of(step.error().orElse(""))
                    + step.next().map(next -> "\nnext: " + Markup.of(next)).orElse("")
                    + "</" + tag + ">");
        }
        if (!step.lines().isEmpty()) {
            List<String> shown = new ArrayList<>(List.of(Report.summary(step)));
            shown.addAll(Report.shown(step));
            report.profilesOf(step)
                    .forEach(profile -> shown.add("profile #" + profile.number() + " is kept as " + profile.file()));
            add("<system-out>" + Markup.of(shown) + "</system-out>");
        }
        add("</testcase>");
    }
}
