package dev.sonde.commands.observe;

import dev.sonde.commands.Recordings.Recorded;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What differs between two recorded calls, place by place.
 *
 * @param first the number of the one
 * @param second the number of the other
 */
record RecordedDifference(long first, long second, List<Change> changes) implements Prose {

    static RecordedDifference of(Recorded one, Recorded other) {
        return new RecordedDifference(
                one.number(), other.number(), Change.between(values(one.hit()), values(other.hit())));
    }

    private static Map<String, Value> values(Hit hit) {
        Map<String, Value> values = new LinkedHashMap<>();
        values.put("method", text(hit.className() + "." + hit.method()));
        values.put("thread", text(hit.thread()));
        if (hit.costNanos().isPresent()) {
            values.put("cost", new Value.Real(hit.costNanos().getAsLong() / 1e6));
        }
        hit.context().forEach((name, value) -> values.put("context." + name, text(value)));
        hit.self().ifPresent(self -> values.put("this", self));
        HitRow.given(hit, List.of()).forEach((name, value) -> values.put(name, value));
        hit.outcome()
                .ifPresent(outcome -> values.put(hit.event() == ProbeSpec.Event.THROW ? "error" : "result", outcome));
        List<Value> frames = new ArrayList<>();
        Callers.frames(hit).forEach(frame -> frames.add(text(frame)));
        if (!frames.isEmpty()) {
            values.put("stack", new Value.Elements("stack", frames.size(), frames));
        }
        return values;
    }

    private static Value text(String text) {
        return new Value.Text(text, text.length());
    }

    @Override
    public String type() {
        return "recordDiff";
    }

    @Override
    public void tell(Page page) {
        page.line(new Text()
                .add("record " + first + " → record " + second, Style.STRONG)
                .add(changes.isEmpty() ? ": no difference in what was recorded" : "", Style.FAINT));
        changes.forEach(change -> change.tell(page, 4));
    }
}
