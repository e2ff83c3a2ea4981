package dev.sonde.commands.output;

import dev.sonde.commands.Row;
import java.time.ZoneId;
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
        say("notice", text);
    }

    @Override
    public void error(String message) {
        say("error", message);
    }

    private void say(String type, String text) {
        err.line(JsonText.object(zone, json -> {
            json.field("type", type);
            if (target.isPresent()) {
                json.field("target", target.get());
            }
            json.field("text", text);
        }));
    }

    @Override
    public void close() {}
}
