package dev.sonde.commands.profile;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.jvm.LoadedCode.ClassSourceText;
import dev.sonde.profile.Amounts;
import dev.sonde.profile.LineCosts;
import dev.sonde.profile.ValueType;
import dev.sonde.weave.source.SourceText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Lines of source with what they cost. */
record ListRow(
        String profile,
        @Shown(json = "class") String className,
        Optional<String> method,
        Optional<String> from,
        String value,
        String unit,
        long whole,
        long flat,
        long cum,
        List<Line> lines)
        implements Prose {

    /** Lines shown before and after one that costs something, where the whole class is listed. */
    private static final int AROUND = 4;

    record Line(OptionalInt line, OptionalLong flat, OptionalLong cum, Optional<String> text) {}

    static ListRow of(
            Chosen chosen,
            String className,
            Optional<String> method,
            LineCosts costs,
            Optional<ClassSourceText> source,
            int type) {
        ValueType value = chosen.profile().types().get(type);
        return new ListRow(
                chosen.name(),
                className,
                method,
                source.map(ClassSourceText::from),
                value.name(),
                value.unit(),
                Math.abs(chosen.whole(type)),
                costs.flat(),
                costs.cum(),
                source.isPresent() ? lines(source.get().text(), costs, method.isEmpty()) : bare(costs));
    }

    private static List<Line> bare(LineCosts costs) {
        List<Line> lines = new ArrayList<>();
        for (Map.Entry<Integer, LineCosts.Cost> cost : costs.lines().entrySet()) {
            lines.add(line(OptionalInt.of(cost.getKey()), Optional.of(cost.getValue()), Optional.empty()));
        }
        return lines;
    }

    private static List<Line> lines(SourceText text, LineCosts costs, boolean onlyNear) {
        List<Line> all = new ArrayList<>();
        Set<Integer> near = new TreeSet<>();
        Set<Integer> told = new TreeSet<>();
        for (SourceText.Line each : text.lines()) {
            // The first line of that number has the cost; a decompiled one may come twice.
            Optional<LineCosts.Cost> cost = each.number().isPresent()
                            && told.add(each.number().getAsInt())
                    ? Optional.ofNullable(costs.lines().get(each.number().getAsInt()))
                    : Optional.empty();
            if (cost.isPresent()) {
                for (int i = all.size() - AROUND; i <= all.size() + AROUND; i++) {
                    near.add(i);
                }
            }
            all.add(line(each.number(), cost, Optional.of(each.text())));
        }
        List<Line> shown = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (!onlyNear || near.contains(i)) {
                shown.add(all.get(i));
            } else if (near.contains(i - 1)) {
                shown.add(line(OptionalInt.empty(), Optional.empty(), Optional.of("…")));
            }
        }
        for (Map.Entry<Integer, LineCosts.Cost> cost : costs.lines().entrySet()) {
            if (!told.contains(cost.getKey())) {
                shown.add(line(OptionalInt.of(cost.getKey()), Optional.of(cost.getValue()), Optional.empty()));
            }
        }
        return shown;
    }

    private static Line line(OptionalInt number, Optional<LineCosts.Cost> cost, Optional<String> text) {
        return new Line(
                number,
                cost.isPresent() && cost.get().flat() != 0
                        ? OptionalLong.of(cost.get().flat())
                        : OptionalLong.empty(),
                cost.isPresent() && cost.get().cum() != 0
                        ? OptionalLong.of(cost.get().cum())
                        : OptionalLong.empty(),
                text);
    }

    @Override
    public String type() {
        return "list";
    }

    @Override
    public void tell(Page page) {
        List<Long> values = new ArrayList<>();
        lines.forEach(line -> line.cum.ifPresent(values::add));
        Amounts amounts = Amounts.of(new ValueType(value, unit), values, whole);
        page.line(new Text()
                .add(
                        "ROUTINE ======= " + className
                                + method.map(name -> "." + name).orElse(""),
                        Style.STRONG)
                .add(from.map(place -> "  " + place).orElse(""), Style.FAINT));
        page.line(TopRow.right(amounts.text(flat), 10) + " " + TopRow.right(amounts.text(cum), 10) + " (flat, cum) "
                + Amounts.percent(cum, whole).strip() + " of " + amounts.text(whole));
        for (Line line : lines) {
            boolean hot = line.cum.isPresent();
            Text text = new Text()
                    .add(TopRow.right(cost(amounts, line.flat), 10), hot ? Style.WARN : Style.FAINT)
                    .add(" " + TopRow.right(cost(amounts, line.cum), 10), hot ? Style.WARN : Style.FAINT)
                    .add(" " + TopRow.right(line.line.isPresent() ? line.line.getAsInt() + "" : "", 6), Style.FAINT)
                    .add(
                            "  " + line.text.orElse("(no source)").replace("\t", "    "),
                            hot ? Style.STRONG : Style.PLAIN);
            page.line(text, Math.min(34, page.columns() / 2));
        }
    }

    private static String cost(Amounts amounts, OptionalLong cost) {
        return cost.isPresent() ? amounts.text(cost.getAsLong()) : ".";
    }
}
