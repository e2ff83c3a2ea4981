package dev.sonde.commands.debug;

import dev.sonde.commands.Debugger;
import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.jvm.Parking;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One breakpoint of this session. */
record BreakpointRow(
        int id,
        @Shown(keepEnd = true) String location,
        @Shown(head = "ON", keepEnd = true) String site,
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
}
