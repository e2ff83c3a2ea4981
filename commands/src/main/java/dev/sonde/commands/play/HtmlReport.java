package dev.sonde.commands.play;

import dev.sonde.commands.output.Humane;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A report as one page that needs nothing besides itself, wherever it is opened: what was found first, then each step with what
 * it showed, its profiles drawn, and profiles and rows as files in it.
 */
final class HtmlReport {

    /** Larger files stay where they are; the page says where that is. */
    private static final int MOST_CHARS = 3 << 20;

    private final Report report;
    private final List<String> lines = new ArrayList<>();

    private HtmlReport(Report report) {
        this.report = report;
    }

    static List<String> lines(Report report) {
        HtmlReport html = new HtmlReport(report);
        html.write();
        return html.lines;
    }

    /** Each line for itself: what shows a report takes a line end within one for something of the target's. */
    private void add(String text) {
        text.lines().forEach(lines::add);
    }

    private void write() {
        add(
                "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        add("<title>" + Markup.of(report.title()) + "</title><style>");
        add(resource("report.css"));
        add("</style></head><body>");
        add("<h1>" + Markup.of(report.title()) + "</h1>");
        add("<p>" + Markup.of(report.about()) + "</p>");
        add("<p class=\"faint\"><code>" + Markup.of(report.command()) + "</code>, run by " + Markup.of(report.login())
                + " at " + report.began() + "</p>");
        if (report.runs().size() > 1) {
            table();
        }
        for (int i = 0; i < report.runs().size(); i++) {
            run(i, report.runs().get(i), report.verdicts().get(i));
        }
        add("<script>");
        add(resource("report.js"));
        add("</script></body></html>");
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not among our classes");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tone(Outcome outcome) {
        return outcome.good() ? "good" : "bad";
    }

    private void table() {
        add("<table><tr><th>target<th>outcome<th>time<th>differs</tr>");
        for (int i = 0; i < report.runs().size(); i++) {
            RunResult run = report.runs().get(i);
            Verdict verdict = report.verdicts().get(i);
            add((verdict.deviates().isPresent() ? "<tr class=\"differs\">" : "<tr>")
                    + "<td><a href=\"#t" + i + "\">" + Markup.of(Report.where(run)) + "</a><td class=\""
                    + tone(run.outcome()) + "\">" + Verdict.words(run.outcome()) + "<td class=\"number\">"
                    + Humane.nanos(run.took().toNanos()) + "<td>"
                    + Markup.of(verdict.deviates().orElse("")) + "</tr>");
        }
        add("</table>");
    }

    private void run(int index, RunResult run, Verdict verdict) {
        add("<h2 id=\"t" + index + "\">" + Markup.of(Report.where(run)) + ": <span class=\"" + tone(run.outcome())
                + "\">" + Verdict.words(run.outcome()) + "</span> <span class=\"faint\">"
                + Humane.nanos(run.took().toNanos()) + "</span></h2>");
        run.held().ifPresent(text -> add("<p>" + Markup.of(text) + "</p>"));
        for (Finding finding : verdict.findings()) {
            add("<div class=\"finding\"><p>" + Markup.of(finding.found()) + "</p>"
                    + finding.sure()
                            .map(sure -> "<p><span class=\"faint\">how sure:</span> " + Markup.of(sure) + "</p>")
                            .orElse("")
                    + finding.next()
                            .map(next -> "<p><span class=\"faint\">next:</span> " + Markup.of(next) + "</p>")
                            .orElse("")
                    + "</div>");
        }
        if (!run.numbers().isEmpty()) {
            add("<table>");
            for (Map.Entry<String, Double> number : run.numbers().entrySet()) {
                add("<tr><td>" + Markup.of(number.getKey().replace('_', ' ')) + "<td class=\"number\">"
                        + Functions.shown(number.getValue()) + "</tr>");
            }
            add("</table>");
        }
        run.steps().stream().filter(step -> step.outcome() != Outcome.SKIPPED).forEach(this::step);
    }

    private void step(StepResult step) {
        boolean good = step.outcome().good();
        List<TakenProfile> profiles = report.profilesOf(step);
        add("<details" + (good && profiles.isEmpty() ? "" : " open") + "><summary><span class=\"" + tone(step.outcome())
                + "\">" + step.outcome().mark() + "</span> "
                + Markup.of(step.step().name()) + " <code>"
                + Markup.of(Report.summary(step)) + "</code> <span class=\"faint\">"
                + Humane.nanos(step.took().toNanos()) + "</span></summary>");
        step.error().ifPresent(text -> add("<p class=\"bad\">" + Markup.of(text) + "</p>"));
        step.said().filter(text -> good).ifPresent(text -> add("<p>" + Markup.of(text) + "</p>"));
        if (!step.lines().isEmpty()) {
            add("<pre>" + Markup.of(Report.shown(step)) + "</pre>");
        }
        profiles.forEach(this::profile);
        if (!step.rows().isEmpty()) {
            rows(step);
        }
        add("</details>");
    }

    private void profile(TakenProfile profile) {
        add("<div class=\"profile\"><b>profile #" + profile.number() + "</b>"
                + "<label>mark <input type=\"search\" placeholder=\"a part of a name\"></label>"
                + file(profile.number() + ".pb.gz", profile.encoded(), "its file, for go tool pprof")
                + "<span class=\"faint\">kept on the bastion as " + Markup.of(profile.file()) + "; flame "
                + profile.number() + " draws it in the shell</span></div>");
        FlameDrawing.lines(profile.profile()).forEach(this::add);
    }

    private void rows(StepResult step) {
        byte[] json = String.join("\n", Report.json(step.rows())).getBytes(StandardCharsets.UTF_8);
        String kept = step.rows().size() < step.values().size()
                ? "the first " + step.rows().size() + " rows"
                : "its rows";
        add("<p class=\"faint\">"
                + file(
                        step.step().name().replace(' ', '-') + ".jsonl",
                        Base64.getEncoder().encodeToString(json),
                        kept + " as JSON")
                + "</p>");
    }

    /** A file that is in the page itself. */
    private static String file(String name, String encoded, String label) {
        return encoded.length() > MOST_CHARS
                ? ""
                : "<a download=\"" + Markup.of(name) + "\" href=\"data:application/octet-stream;base64," + encoded
                        + "\">" + Markup.of(label) + "</a>";
    }
}
