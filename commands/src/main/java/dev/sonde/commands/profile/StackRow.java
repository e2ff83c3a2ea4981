package dev.sonde.commands.profile;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.profile.Amounts;
import dev.sonde.profile.Frame;
import dev.sonde.profile.Sample;
import dev.sonde.profile.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One stack of a profile, the innermost frame first. */
record StackRow(
        String profile,
        String value,
        String unit,
        long whole,
        long cost,
        Map<String, String> labels,
        List<String> stack)
        implements Prose {

    static StackRow of(Chosen chosen, Sample sample, int type) {
        ValueType value = chosen.profile().types().get(type);
        List<String> stack = new ArrayList<>();
        for (Frame frame : sample.stack()) {
            stack.add(frame.place().isEmpty() ? frame.name() : frame.name() + " " + frame.place());
        }
        return new StackRow(
                chosen.name(),
                value.name(),
                value.unit(),
                Math.abs(chosen.whole(type)),
                sample.value(type),
                new TreeMap<>(sample.labels()),
                stack);
    }

    @Override
    public String type() {
        return "sample";
    }

    @Override
    public void tell(Page page) {
        Text head = new Text()
                .add(Amounts.of(new ValueType(value, unit), cost).text(cost), Style.WARN)
                .add(" " + Amounts.percent(cost, whole).strip(), Style.FAINT);
        labels.forEach(
                (label, text) -> head.add("  " + label + " ", Style.FAINT).add(text));
        page.line(head);
        stack.forEach(frame -> page.line(new Text().add("    " + Names.fitting(frame, page.columns() - 4)), 8));
    }
}
