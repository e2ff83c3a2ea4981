package dev.sonde.commands.profile;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.profile.Amounts;
import dev.sonde.profile.Neighbours;
import dev.sonde.profile.ValueType;
import java.util.List;
import java.util.stream.Stream;

/** One method between its neighbours. */
record PeekRow(
        String profile,
        String value,
        String unit,
        long whole,
        String name,
        long flat,
        long cum,
        List<Neighbours.Edge> callers,
        List<Neighbours.Edge> callees)
        implements Prose {

    private static final int MOST = 15;

    static PeekRow of(Chosen chosen, Neighbours neighbours, int type) {
        ValueType value = chosen.profile().types().get(type);
        return new PeekRow(
                chosen.name(),
                value.name(),
                value.unit(),
                Math.abs(chosen.whole(type)),
                neighbours.of().name(),
                neighbours.of().flat(),
                neighbours.of().cum(),
                neighbours.callers(),
                neighbours.callees());
    }

    @Override
    public String type() {
        return "peek";
    }

    @Override
    public void tell(Page page) {
        Amounts amounts = Amounts.of(
                new ValueType(value, unit),
                Stream.concat(
                                Stream.of(cum),
                                Stream.concat(callers.stream(), callees.stream())
                                        .map(Neighbours.Edge::value))
                        .toList(),
                whole);
        page.line(new Text().add("      flat  flat%        cum   cum%      calls calls%", Style.FAINT));
        callers.stream().limit(MOST).forEach(edge -> edge(page, amounts, edge));
        more(page, callers);
        Text line = new Text()
                .add(TopRow.right(amounts.text(flat), 10) + " " + Amounts.percent(flat, whole))
                .add(" " + TopRow.right(amounts.text(cum), 10) + " " + Amounts.percent(cum, whole))
                .add(" ".repeat(18) + " | ", Style.FAINT);
        page.line(line.add(Names.fitting(name, page.columns() - line.width()), Style.STRONG), 10);
        callees.stream().limit(MOST).forEach(edge -> edge(page, amounts, edge));
        more(page, callees);
        page.line("");
    }

    private void edge(Page page, Amounts amounts, Neighbours.Edge edge) {
        Text line = new Text()
                .add(" ".repeat(35) + TopRow.right(amounts.text(edge.value()), 10))
                .add(" " + Amounts.percent(edge.value(), cum) + " |   ", Style.FAINT);
        page.line(line.add(Names.fitting(edge.name(), page.columns() - line.width())), 10);
    }

    private static void more(Page page, List<Neighbours.Edge> edges) {
        if (edges.size() > MOST) {
            page.line(new Text().add(" ".repeat(53) + "|   " + (edges.size() - MOST) + " more", Style.FAINT));
        }
    }
}
