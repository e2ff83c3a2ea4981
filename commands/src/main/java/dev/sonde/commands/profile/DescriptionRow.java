package dev.sonde.commands.profile;

import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.profile.Amounts;
import dev.sonde.profile.Description;
import dev.sonde.profile.ValueType;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a profile is, apart from its samples. */
record DescriptionRow(
        String profile,
        @Shown(json = "of") String about,
        String kind,
        Instant start,
        Duration durationSeconds,
        String targetName,
        String engine,
        long interval,
        String name,
        int stacks,
        List<Total> totals,
        List<String> notes)
        implements Prose {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    record Total(String value, String unit, long total) {}

    static DescriptionRow of(Chosen chosen) {
        Description about = chosen.profile().description();
        List<Total> totals = new ArrayList<>();
        for (int i = 0; i < about.types().size(); i++) {
            totals.add(
                    new Total(about.types().get(i).name(), about.types().get(i).unit(), chosen.whole(i)));
        }
        return new DescriptionRow(
                chosen.name(),
                chosen.head(),
                about.kind(),
                about.start(),
                about.duration(),
                about.targetName(),
                about.engine(),
                about.interval(),
                about.name(),
                chosen.profile().samples().size(),
                totals,
                about.notes());
    }

    @Override
    public String type() {
        return "profileDescription";
    }

    @Override
    public void tell(Page page) {
        page.line(new Text().add(about, Style.STRONG));
        page.line("from " + TIME.format(start.atZone(page.zone())));
        for (Total total : totals) {
            ValueType kindOf = new ValueType(total.value, total.unit);
            page.line(total.value + " " + Amounts.of(kindOf, total.total).text(total.total));
        }
        if (interval > 0) {
            ValueType last = new ValueType(totals.get(totals.size() - 1).value, totals.get(totals.size() - 1).unit);
            page.line("interval " + Amounts.of(last, interval).text(interval));
        }
        page.line(Humane.count(stacks) + " stacks");
        notes.forEach(page::line);
    }
}
