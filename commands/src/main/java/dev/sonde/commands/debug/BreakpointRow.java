package dev.sonde.commands.debug;

import dev.sonde.commands.Debugger;
import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.Parking;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One breakpoint of this session. */
record BreakpointRow(
        int id,
        @Shown(keepEnd = true) String location,
        @Shown(onlyTable = true, keepEnd = true) String on,
        @Shown(onlyJson = true) String site,
        boolean enabled,
        Optional<String> when,
        Optional<String> hit,
        @Shown(spare = true) Optional<String> threads,
        @Shown(onlyJson = true) boolean once,
        @Shown(head = "MAX PARK") Duration maxParkMs,
        int stops,
        @Shown(head = "AT A HIT", spare = true) List<String> lines,
        @Shown(onlyJson = true) List<String> sites)
        implements Row {

    private static final String NOT_LOADED = "not loaded yet";

    static BreakpointRow of(Debugger.Breakpoint of) {
        List<String> sites = of.probe().sites();
        Parking.Choice choice = of.parking().choice();
        return new BreakpointRow(
                of.number(),
                of.location(),
                sites.isEmpty() ? NOT_LOADED : place(sites.get(0)),
                sites.isEmpty() ? NOT_LOADED : sites.get(0),
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

    /** Of {@code shop.Order.place(int):42} it is {@code Order.place:42}, so that there is room for the condition. */
    private static String place(String site) {
        int method = site.lastIndexOf('.', Math.max(0, site.indexOf('(')));
        return method < 0
                ? site
                : ValueText.simple(site.substring(0, method))
                        + site.substring(method).replaceFirst("\\(.*\\)", "");
    }

    @Override
    public String type() {
        return "breakpoint";
    }
}
