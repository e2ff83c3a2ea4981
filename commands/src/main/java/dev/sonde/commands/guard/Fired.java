package dev.sonde.commands.guard;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.JsonOutput;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.RowValues;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A rule that came true, and what came of it. One line of JSON of this is what a guard keeps, what a webhook gets as its body, and
 * a command on its standard input.
 *
 * @param number of this guard, from 1
 * @param when the rule's condition, as it is written
 * @param target as {@code TargetId} prints it
 * @param name what a person calls the JVM
 * @param value that the condition compared; {@code shown} for a person
 * @param heldSeconds how long it had been true
 * @param line that was run for it; empty where the rule runs nothing
 * @param outcome how that ended, in words; empty while it runs
 * @param held what the playbook says when it has found nothing
 * @param error why it has nothing to say
 * @param report the name of its report; empty when there is none
 * @param told what came of telling, by channel
 */
public record Fired(
        long number,
        Instant time,
        String guard,
        String rule,
        String when,
        String login,
        String target,
        String name,
        OptionalDouble value,
        String shown,
        Duration heldSeconds,
        Optional<String> line,
        Optional<String> outcome,
        List<Found> findings,
        Optional<String> held,
        Optional<String> error,
        Optional<String> report,
        Map<String, String> told)
        implements Prose {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private static final int LONGEST = 4_000;

    /** What the playbook found, in plain words. */
    public record Found(String found, Optional<String> sure, Optional<String> next) {}

    public Fired {
        findings = List.copyOf(findings);
        told = Collections.unmodifiableMap(new TreeMap<>(told));
    }

    @Override
    public String type() {
        return "fired";
    }

    /** The same with what its playbook came to. */
    Fired ended(String how, List<Found> found, Optional<String> said, Optional<String> why, Optional<String> written) {
        return with(Optional.of(how), found, said, why, written, told);
    }

    /** The same, when the server ended before its playbook did. */
    public Fired cutOff() {
        return ended(
                "cut off", List.of(), Optional.empty(), Optional.of("the server ended meanwhile"), Optional.empty());
    }

    /** The same with what came of telling it. */
    public Fired told(Map<String, String> by) {
        return with(outcome, findings, held, error, report, by);
    }

    private Fired with(
            Optional<String> how,
            List<Found> found,
            Optional<String> said,
            Optional<String> why,
            Optional<String> written,
            Map<String, String> by) {
        return new Fired(
                number,
                time,
                guard,
                rule,
                when,
                login,
                target,
                name,
                value,
                shown,
                heldSeconds,
                line,
                how,
                found,
                said,
                why,
                written,
                by);
    }

    /** One line of JSON. */
    public String json() {
        List<String> lines = new ArrayList<>();
        try (JsonOutput json = new JsonOutput(lines::add, unused -> {}, Optional.empty(), ZoneOffset.UTC)) {
            json.row(this);
        }
        return lines.get(0);
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws IOException when it is something else
     */
    public static Fired parse(String json) throws IOException {
        Map<String, @Nullable Object> values = RowValues.parse(json);
        try {
            List<Found> findings = new ArrayList<>();
            if (values.get("findings") instanceof List<?> list) {
                list.forEach(each -> findings.add(found((Map<?, ?>) each)));
            }
            Map<String, String> told = new LinkedHashMap<>();
            if (values.get("told") instanceof Map<?, ?> map) {
                map.forEach((key, value) -> told.put(String.valueOf(key), String.valueOf(value)));
            }
            String when = String.valueOf(values.get("when"));
            OptionalDouble value = values.get("value") instanceof Number number
                    ? OptionalDouble.of(number.doubleValue())
                    : OptionalDouble.empty();
            return new Fired(
                    ((Number) values.getOrDefault("number", 0L)).longValue(),
                    OffsetDateTime.parse(String.valueOf(values.get("time"))).toInstant(),
                    String.valueOf(values.get("guard")),
                    String.valueOf(values.get("rule")),
                    when,
                    String.valueOf(values.get("login")),
                    String.valueOf(values.get("target")),
                    String.valueOf(values.get("name")),
                    value,
                    text(values, "shown").orElse(""),
                    Duration.ofMillis(
                            Math.round(((Number) values.getOrDefault("heldSeconds", 0L)).doubleValue() * 1e3)),
                    text(values, "line"),
                    text(values, "outcome"),
                    findings,
                    text(values, "held"),
                    text(values, "error"),
                    text(values, "report"),
                    told);
        } catch (ClassCastException | DateTimeException e) {
            throw new IOException("this is no firing of a guard", e);
        }
    }

    /** A finding of a playbook's verdict. */
    static Found found(Map<?, ?> finding) {
        String found = String.valueOf(finding.get("found"));
        return new Found(
                found.length() > LONGEST ? found.substring(0, LONGEST) + "…" : found,
                text(finding, "sure"),
                text(finding, "next"));
    }

    private static Optional<String> text(Map<?, ?> values, String name) {
        return Optional.ofNullable(values.get(name)).map(String::valueOf);
    }

    /** How its playbook ended, for a person. */
    String ending() {
        return outcome.orElse(line.isPresent() ? "runs" : "told");
    }

    @Override
    public void tell(Page page) {
        page.line(new Text()
                .add("#" + number + " ", Style.STRONG)
                .add(TIME.format(time.truncatedTo(ChronoUnit.SECONDS).atZone(page.zone())))
                .add("  " + rule, Style.STRONG)
                .add(" on " + target + " " + name)
                .add(shown.isEmpty() ? "" : ": " + shown, Style.WARN));
        page.line(new Text()
                .add("  " + when, Style.FAINT)
                .add(heldSeconds.isZero() ? "" : "  true for " + Humane.duration(heldSeconds), Style.FAINT));
        line.ifPresent(text -> page.line(new Text()
                .add("  " + text + ": ", Style.FAINT)
                .add(ending(), findings.isEmpty() ? Style.PLAIN : Style.BAD)));
        held.ifPresent(text -> page.line(new Text().add("  " + text)));
        for (Found finding : findings) {
            page.line(new Text().add("  " + finding.found(), Style.STRONG));
            finding.sure()
                    .ifPresent(sure -> page.line(
                            new Text().add("  how sure: ", Style.FAINT).add(sure)));
            finding.next()
                    .ifPresent(next ->
                            page.line(new Text().add("  next: ", Style.FAINT).add(next), 8));
        }
        error.ifPresent(text -> page.line(new Text().add("  " + text, Style.BAD)));
        report.ifPresent(file -> page.line(new Text().add("  guard report " + guard + " " + number, Style.FAINT)));
        told.forEach((channel, how) -> page.line(new Text()
                .add("  " + channel + ": ", Style.FAINT)
                .add(how, how.equals("told") ? Style.GOOD : Style.BAD)));
    }
}
