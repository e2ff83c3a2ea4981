package dev.sonde.commands.debug;

import dev.sonde.commands.Debugger;
import dev.sonde.commands.output.Page;
import dev.sonde.commands.output.Prose;
import dev.sonde.commands.output.Style;
import dev.sonde.commands.output.Text;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.Parking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One breakpoint of this session. */
record BreakpointRow(
        int id,
        String location,
        String site,
        boolean enabled,
        Optional<String> when,
        Optional<String> hit,
        Optional<String> threads,
        boolean once,
        Duration maxParkMs,
        int stops,
        List<String> lines,
        List<String> sites)
        implements Prose {

    static BreakpointRow of(Debugger.Breakpoint of) {
        List<String> sites = of.probe().sites();
        Parking.Choice choice = of.parking().choice();
        return new BreakpointRow(
                of.number(),
                of.location(),
                sites.isEmpty() ? "not loaded yet" : sites.get(0),
                of.enabled(),
                of.condition(),
                Optional.of(choice.hits().toString()).filter(rule -> !rule.equals("every")),
                Optional.of(choice.threads()).filter(glob -> !glob.equals("*")),
                choice.once(),
                of.parking().longest(),
                of.stops(),
                of.lines(),
                sites);
    }

    @Override
    public String type() {
        return "breakpoint";
    }

    @Override
    public void tell(Page page) {
        String number = Integer.toString(id);
        Text head = new Text().add(number + "  ").add(sites.isEmpty() ? location : place(site), Style.STRONG);
        if (sites.size() > 1) {
            head.add(" and " + (sites.size() - 1) + " more");
        }
        head.add(
                        sites.isEmpty() ? "  not loaded yet" : enabled ? "  enabled" : "  disabled",
                        enabled ? Style.PLAIN : Style.WARN)
                .add(", for " + StopRow.seconds(maxParkMs) + " at most, ", Style.FAINT)
                .add(stops == 1 ? "1 stop" : stops + " stops", Style.FAINT);
        page.line(head);
        List<String> asked = new ArrayList<>();
        when.ifPresent(condition -> asked.add("when " + condition));
        hit.ifPresent(rule -> asked.add("hits " + rule));
        threads.ifPresent(glob -> asked.add("threads " + glob));
        if (once) {
            asked.add("once");
        }
        String indent = " ".repeat(number.length() + 2);
        if (!asked.isEmpty()) {
            page.line(new Text().add(indent + String.join("; ", asked)));
        }
        for (String line : lines) {
            page.line(new Text().add(indent + "at a hit: " + line));
        }
    }

    /** Of {@code shop.Order.place(int):42} it is {@code Order.place:42}. */
    private static String place(String site) {
        int method = site.lastIndexOf('.', Math.max(0, site.indexOf('(')));
        return method < 0
                ? site
                : ValueText.simple(site.substring(0, method))
                        + site.substring(method).replaceFirst("\\(.*\\)", "");
    }
}
