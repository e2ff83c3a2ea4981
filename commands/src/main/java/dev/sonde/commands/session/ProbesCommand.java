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
import dev.sonde.jvm.TargetId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

    /** One probe in place. */
    record ProbeRow(
            int id,
            String target,
            String kind,
            @Shown(head = "ON", keepEnd = true) String location,
            @Shown(head = "WHEN") Optional<String> condition,
            @Shown(head = "METHODS") int siteCount,
            @Shown(onlyJson = true) List<String> sites,
            @Shown(onlyJson = true) List<String> refused,
            String owner)
            implements Row {

        static ProbeRow of(TargetId target, Probe probe) {
            ProbeSpec spec = probe.spec();
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
                    probe.owner());
        }

        @Override
        public String type() {
            return "probe";
        }
    }
}
