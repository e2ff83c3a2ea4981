package dev.sonde.commands.play;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.JsonOutput;
import dev.sonde.commands.output.PeopleOutput;
import dev.sonde.commands.output.SafeText;
import dev.sonde.commands.output.Screen;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** What is kept of a run: who ran what on which JVM and when, every step with its lines and what they showed, and the findings. */
final class Report {

    private static final int COLUMNS = 120;

    private final CheckedPlaybook playbook;
    private final String name;
    private final String login;
    private final List<String> given;
    private final List<RunResult> runs;
    private final List<Verdict> verdicts;
    private final List<String> lines = new ArrayList<>();

    Report(
            CheckedPlaybook playbook,
            String name,
            String login,
            List<String> given,
            List<RunResult> runs,
            List<Verdict> verdicts) {
        this.playbook = playbook;
        this.name = name;
        this.login = login;
        this.given = given;
        this.runs = runs;
        this.verdicts = verdicts;
    }

    List<String> as(ReportFormat format) {
        lines.clear();
        switch (format) {
            case MD -> markdown();
            case HTML -> html();
            case JSON -> json();
            case XML -> junit();
        }
        return List.copyOf(lines);
    }

    private void add(String line) {
        lines.add(line);
    }

    private static String time(Instant instant) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                instant.truncatedTo(ChronoUnit.MILLIS).atZone(ZoneId.systemDefault()));
    }

    private static String where(RunResult run) {
        return run.target().map(RunResult.Subject::toString).orElse("no target");
    }

    private String command() {
        return ("play " + name + " " + String.join(" ", given)).strip();
    }

    /** What a step showed, as a person would have seen it. */
    private static List<String> shown(StepResult step) {
        List<String> text = new ArrayList<>();
        Screen screen = new Screen(OptionalInt.of(COLUMNS), false, ZoneId.systemDefault());
        try (PeopleOutput people = new PeopleOutput(text::add, text::add, screen)) {
            step.rows().forEach(people::row);
            step.notices().forEach(people::notice);
        }
        return text;
    }

    private static String summary(StepResult step) {
        return String.join("; ", step.lines()) + (step.rounds() > 1 ? " ×" + step.rounds() : "");
    }

    private void markdown() {
        add("# " + playbook.written().name());
        add("");
        add(playbook.written().about());
        add("");
        add("`" + command() + "`, run by " + login + " at " + time(runs.get(0).began()));
        for (int i = 0; i < runs.size(); i++) {
            RunResult run = runs.get(i);
            add("");
            add("## " + md(where(run)) + ": " + Verdict.words(run.outcome()));
            add("");
            run.held().ifPresent(text -> add(md(text)));
            for (Finding finding : verdicts.get(i).findings()) {
                add("- **" + md(finding.found()) + "**"
                        + finding.sure().map(sure -> " (" + sure + ")").orElse("")
                        + finding.next().map(next -> " Next: " + md(next)).orElse(""));
            }
            verdicts.get(i).deviates().ifPresent(text -> add("- differs from the other targets: " + md(text)));
            for (StepResult step : run.steps()) {
                if (step.outcome() == Outcome.SKIPPED) {
                    continue;
                }
                add("");
                add("### " + step.outcome().mark() + " " + step.step().name());
                add("");
                if (!step.lines().isEmpty()) {
                    add("`" + md(summary(step)) + "`, "
                            + Humane.nanos(step.took().toNanos()) + ", "
                            + Humane.count(step.values().size()) + " rows");
                    add("");
                    add("```");
                    shown(step).forEach(line -> add(line.replace("```", "'''")));
                    add("```");
                }
                step.error().ifPresent(text -> add(md(text)));
                step.said().filter(text -> step.outcome().good()).ifPresent(text -> add(md(text)));
            }
        }
    }

    private static String md(String text) {
        return SafeText.of(text).replace("`", "'").replace("<", "&lt;");
    }

    private void html() {
        add("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>"
                + xml(playbook.written().name()) + "</title><style>");
        add(
                "body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}");
        add(
                "pre{background:#f4f4f4;padding:.7rem;overflow-x:auto;font-size:13px}.good{color:#176b2c}.bad{color:#a3161a}");
        add(
                ".faint{color:#666}summary{cursor:pointer}table{border-collapse:collapse}td,th{padding:.2rem .8rem;text-align:left}");
        add(
                "@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}pre{background:#222}.good{color:#6c6}.bad{color:#f77}.faint{color:#999}}");
        add("</style></head><body>");
        add("<h1>" + xml(playbook.written().name()) + "</h1><p>"
                + xml(playbook.written().about()) + "</p>");
        add("<p class=\"faint\"><code>" + xml(command()) + "</code>, run by " + xml(login) + " at "
                + time(runs.get(0).began()) + "</p>");
        if (runs.size() > 1) {
            add("<table><tr><th>target<th>outcome<th>time<th>differs</tr>");
            for (int i = 0; i < runs.size(); i++) {
                RunResult run = runs.get(i);
                add("<tr><td><a href=\"#t" + i + "\">" + xml(where(run)) + "</a><td class=\""
                        + (run.outcome().good() ? "good" : "bad") + "\">" + Verdict.words(run.outcome()) + "<td>"
                        + Humane.nanos(run.took().toNanos()) + "<td>"
                        + xml(verdicts.get(i).deviates().orElse("")) + "</tr>");
            }
            add("</table>");
        }
        for (int i = 0; i < runs.size(); i++) {
            RunResult run = runs.get(i);
            add("<h2 id=\"t" + i + "\" class=\"" + (run.outcome().good() ? "good" : "bad") + "\">" + xml(where(run))
                    + ": " + Verdict.words(run.outcome()) + "</h2>");
            run.held().ifPresent(text -> add("<p>" + xml(text) + "</p>"));
            for (Finding finding : verdicts.get(i).findings()) {
                add("<p><strong>" + xml(finding.found()) + "</strong>"
                        + finding.sure()
                                .map(sure -> "<br>how sure: " + xml(sure))
                                .orElse("")
                        + finding.next().map(next -> "<br>next: " + xml(next)).orElse("") + "</p>");
            }
            run.steps().stream()
                    .filter(step -> step.outcome() != Outcome.SKIPPED)
                    .forEach(this::htmlStep);
        }
        add("</body></html>");
    }

    private void htmlStep(StepResult step) {
        boolean good = step.outcome().good();
        add("<details" + (good ? "" : " open") + "><summary><span class=\"" + (good ? "good" : "bad") + "\">"
                + step.outcome().mark() + "</span> " + xml(step.step().name()) + " <code>" + xml(summary(step))
                + "</code> <span class=\"faint\">" + Humane.nanos(step.took().toNanos()) + "</span></summary>");
        step.error().ifPresent(text -> add("<p>" + xml(text) + "</p>"));
        step.said().filter(text -> good).ifPresent(text -> add("<p>" + xml(text) + "</p>"));
        if (!step.lines().isEmpty()) {
            add("<pre>" + xml(String.join("\n", shown(step))) + "</pre>");
        }
        add("</details>");
    }

    private void json() {
        List<ReportedRun.OnTarget> all = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            RunResult run = runs.get(i);
            all.add(new ReportedRun.OnTarget(
                    verdicts.get(i),
                    run.steps().stream()
                            .map(step -> StepRow.of(run.target(), step, false, 0))
                            .toList()));
        }
        try (JsonOutput json = new JsonOutput(this::add, unused -> {}, Optional.empty(), ZoneOffset.UTC)) {
            json.row(new ReportedRun(
                    playbook.written().name(),
                    playbook.written().about(),
                    login,
                    runs.get(0).began(),
                    playbook.inputs(),
                    all));
        }
    }

    /** As Ant's and Maven's runners write it: a suite for each target, a case for each step. */
    private void junit() {
        add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        long tests = runs.stream().mapToLong(run -> run.steps().size()).sum();
        long failures = runs.stream().mapToLong(run -> count(run, true)).sum();
        long errors = runs.stream().mapToLong(run -> count(run, false)).sum();
        add("<testsuites name=\"" + xml(playbook.written().name()) + "\" tests=\"" + tests + "\" failures=\"" + failures
                + "\" errors=\"" + errors + "\">");
        for (RunResult run : runs) {
            String suite = playbook.written().name() + " on " + where(run);
            add("<testsuite name=\"" + xml(suite) + "\" tests=\"" + run.steps().size() + "\" failures=\""
                    + count(run, true) + "\" errors=\"" + count(run, false) + "\" skipped=\""
                    + run.steps().stream()
                            .filter(step -> step.outcome() == Outcome.SKIPPED)
                            .count()
                    + "\" time=\"" + seconds(run.took().toNanos()) + "\" timestamp=\""
                    + run.began()
                            .truncatedTo(ChronoUnit.SECONDS)
                            .atZone(ZoneOffset.UTC)
                            .toLocalDateTime() + "\">");
            add("<properties><property name=\"login\" value=\"" + xml(login) + "\"/><property name=\"line\" value=\""
                    + xml(command()) + "\"/></properties>");
            run.steps().forEach(step -> testCase(suite, step));
            add("</testsuite>");
        }
        add("</testsuites>");
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
        add("<testcase classname=\"" + xml(suite) + "\" name=\""
                + xml(step.step().name()) + "\" time=\"" + seconds(step.took().toNanos()) + "\">");
        if (step.outcome() == Outcome.SKIPPED) {
            add("<skipped/>");
        } else if (!step.outcome().good()) {
            String tag = step.outcome() == Outcome.FAILED ? "failure" : "error";
            String message = step.said().or(step::error).orElse("failed");
            add("<" + tag + " message=\"" + xml(message) + "\" type=\"" + Verdict.words(step.outcome()) + "\">"
                    + xml(step.error().orElse("")
                            + step.next().map(next -> "\nnext: " + next).orElse(""))
                    + "</" + tag + ">");
        }
        if (!step.lines().isEmpty()) {
            add("<system-out>" + xml(summary(step) + "\n" + String.join("\n", shown(step))) + "</system-out>");
        }
        add("</testcase>");
    }

    /** XML has no way at all to say most control characters. */
    private static String xml(String text) {
        return text.codePoints()
                .filter(c -> c == '\n'
                        || c == '\t'
                        || (c >= 0x20 && c != 0x7f && (c < 0xd800 || c > 0xdfff) && c < 0xfffe)
                        || c > 0xffff)
                .mapToObj(c -> switch (c) {
                    case '<' -> "&lt;";
                    case '>' -> "&gt;";
                    case '&' -> "&amp;";
                    case '"' -> "&quot;";
                    default -> Character.toString(c);
                })
                .collect(Collectors.joining());
    }
}
