package dev.sonde.commands.session;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetId;
import dev.sonde.wire.ProbeCounters;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;

/** {@code probes}: what is in place, of all sessions. */
@Command(name = "probes", description = "list the probes that are in place, of all sessions")
@Needs(Grant.OBSERVE)
@Example("probes")
final class ProbesCommand extends BaseCommand {

    @Override
    public void run(Context context) {
        Map<TargetId, List<Probe>> all = context.probes();
        all.forEach((target, probes) -> probes.forEach(probe -> context.output().row(ProbeRow.of(target, probe))));
        if (all.values().stream().allMatch(List::isEmpty)) {
            context.output().notice("no probe is in place");
        }
    }

    /**
     * One probe in place, and what it has seen; empty where that cannot be had any more. {@code limited}, {@code dropped} and
     * {@code failed} are hits over the rate limit, lost, and errors of expressions.
     */
    record ProbeRow(
            int id,
            String target,
            String kind,
            @Shown(head = "ON", keepEnd = true) String location,
            @Shown(head = "WHEN") Optional<String> condition,
            @Shown(head = "METHODS", spare = true) int siteCount,
            @Shown(onlyJson = true) List<String> sites,
            @Shown(onlyJson = true) List<String> refused,
            OptionalLong hits,
            OptionalLong shown,
            @Shown(spare = true) OptionalLong limited,
            @Shown(spare = true) OptionalLong dropped,
            @Shown(spare = true) OptionalLong failed,
            String owner)
            implements Row {

        static ProbeRow of(TargetId target, Probe probe) {
            ProbeSpec spec = probe.spec();
            Collection<ProbeCounters> counters = counters(probe);
            List<String> sites = probe.sites();
            return new ProbeRow(
                    probe.id(),
                    target.toString(),
                    spec.kind().name().toLowerCase(Locale.ROOT),
                    spec.where(),
                    spec.condition(),
                    sites.size(),
                    sites,
                    probe.refused(),
                    sum(counters, each -> each.hits),
                    // A count shows numbers, and no call.
                    spec.kind() == ProbeSpec.Kind.COUNT ? OptionalLong.empty() : sum(counters, each -> each.reported),
                    sum(counters, each -> each.limited),
                    sum(counters, each -> each.dropped),
                    sum(counters, each -> each.errors),
                    probe.owner());
        }

        /** What it has counted; nothing when its target does not say. */
        private static Collection<ProbeCounters> counters(Probe probe) {
            try {
                return probe.counters().values();
            } catch (TargetError gone) {
                return List.of();
            }
        }

        private static OptionalLong sum(Collection<ProbeCounters> counters, ToLongFunction<ProbeCounters> which) {
            return counters.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(counters.stream().mapToLong(which).sum());
        }

        @Override
        public String type() {
            return "probe";
        }
    }
}
