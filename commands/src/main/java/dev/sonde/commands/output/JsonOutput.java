package dev.sonde.commands.output;

import dev.sonde.commands.Row;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;

/**
 * One JSON object per line: {@code "type"} first, then {@code "target"}, then what the row has, empty components left out.
 * Rows go to {@code out}; notices and errors, objects of those types, to {@code err}.
 */
public final class JsonOutput implements Printer {

    private final Sink out;
    private final Sink err;
    private final Optional<String> target;
    private final ZoneId zone;

    /**
     * For the lines of one command.
     *
     * @param target what the line runs on, as {@link dev.sonde.jvm.TargetId#toString} gives it; empty when on none
     */
    public JsonOutput(Sink out, Sink err, Optional<String> target, ZoneId zone) {
        this.out = out;
        this.err = err;
        this.target = target;
        this.zone = zone;
    }

    @Override
    public void row(Row row) {
        // The row's own target, where it has one, is said second as well.
        boolean namesTarget = Component.of(row).stream().anyMatch(component -> component.json.equals("target"));
        out.line(JsonText.object(zone, json -> {
            json.field("type", row.type());
            if (target.isPresent() && !namesTarget) {
                json.field("target", target.get());
            }
            json.components(row);
        }));
    }

    @Override
    public void notice(String text) {
        notice(text, Map.of());
    }

    @Override
    public void notice(String text, Map<String, Long> counts) {
        say("notice", text, counts);
    }

    @Override
    public void error(String message) {
        say("error", message, Map.of());
    }

    private void say(String type, String text, Map<String, Long> counts) {
        err.line(JsonText.object(zone, json -> {
            json.field("type", type);
            if (target.isPresent()) {
                json.field("target", target.get());
            }
            json.field("text", text);
            for (Map.Entry<String, Long> count : counts.entrySet()) {
                json.field(count.getKey(), count.getValue());
            }
        }));
    }

    @Override
    public void close() {}
}
