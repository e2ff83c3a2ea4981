package dev.sonde.commands.profile;

import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.profile.Amounts;
import dev.sonde.profile.Top;
import dev.sonde.profile.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * Who costs most. Values are in {@code unit}; for people they are printed as pprof prints them.
 *
 * @param whole what a hundred per cent are
 * @param shown what the entries cost together, flat
 * @param dropped entries that are less than half a per cent
 */
record TopRow(
        String profile,
        String about,
        String value,
        String unit,
        long whole,
        long shown,
        int entriesInAll,
        int dropped,
        List<Entry> entries)
        implements Prose {

    /** As pprof's {@code nodefraction}: what is less is not worth a line. */
    private static final double SMALL = 0.005;

    /** One line. */
    record Entry(String name, long flat, double flatPercent, double sumPercent, long cum, double cumPercent) {}

    static TopRow of(Chosen chosen, Top top, int type, int most) {
        long whole = Math.abs(chosen.whole(type));
        long least = (long) (whole * SMALL);
        List<Top.Entry> large = top.entries().stream()
                .filter(entry -> Math.max(Math.abs(entry.cum()), Math.abs(entry.flat())) >= Math.max(1, least))
                .toList();
        List<Entry> entries = new ArrayList<>();
        long sum = 0;
        for (Top.Entry entry : large.subList(0, Math.min(most, large.size()))) {
            sum += entry.flat();
            entries.add(new Entry(
                    entry.name(),
                    entry.flat(),
                    percent(entry.flat(), whole),
                    percent(sum, whole),
                    entry.cum(),
                    percent(entry.cum(), whole)));
        }
        ValueType value = chosen.profile().types().get(type);
        return new TopRow(
                chosen.name(),
                chosen.head(),
                value.name(),
                value.unit(),
                whole,
                sum,
                large.size(),
                top.entries().size() - large.size(),
                entries);
    }

    static double percent(long value, long whole) {
        return whole == 0 ? 0 : Math.round(value * 10_000.0 / whole) / 100.0;
    }

    @Override
    public String type() {
        return "top";
    }

    @Override
    public void tell(Page page) {
        ValueType kind = new ValueType(value, unit);
        List<Long> values = new ArrayList<>();
        entries.forEach(entry -> values.add(entry.flat != 0 ? entry.flat : entry.cum));
        Amounts amounts = Amounts.of(kind, values, whole);
        page.line(new Text().add(about, Style.STRONG));
        page.line("Showing nodes accounting for " + amounts.text(shown) + ", "
                + Amounts.percent(shown, whole).strip() + " of " + amounts.text(whole) + " total");
        if (dropped > 0) {
            page.line(new Text()
                    .add(
                            "Dropped " + dropped + " nodes (cum <= " + amounts.text((long) (whole * SMALL)) + ")",
                            Style.FAINT));
        }
        if (entries.size() < entriesInAll) {
            page.line(new Text().add("Showing top " + entries.size() + " nodes out of " + entriesInAll, Style.FAINT));
        }
        page.line(new Text().add("      flat  flat%   sum%        cum   cum%", Style.FAINT));
        long sum = 0;
        for (Entry entry : entries) {
            sum += entry.flat;
            Text line = new Text()
                    .add(right(amounts.text(entry.flat), 10), style(entry.flatPercent))
                    .add(" " + Amounts.percent(entry.flat, whole) + " " + Amounts.percent(sum, whole), Style.FAINT)
                    .add(" " + right(amounts.text(entry.cum), 10), style(entry.cumPercent))
                    .add(" " + Amounts.percent(entry.cum, whole) + "  ", Style.FAINT);
            int room = page.columns() - line.width();
            page.line(line.add(Names.fitting(entry.name, room)), 10);
        }
    }

    private static Style style(double percent) {
        return percent >= 10 ? Style.WARN : Style.PLAIN;
    }

    static String right(String text, int columns) {
        return " ".repeat(Math.max(0, columns - text.length())) + text;
    }
}
