package dev.sonde.jvm;

import dev.sonde.wire.ProbeCounters;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireException;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the agent has counted of the calls of each site. */
final class SiteCounters {

    private final Link link;
    private final WovenSites sites;

    SiteCounters(Link link, WovenSites sites) {
        this.link = link;
        this.sites = sites;
    }

    Map<Integer, ProbeCounters> bySite(ArmedProbe probe) throws TargetError {
        WireReader in = link.request(Wire.COUNTERS, new WireWriter(8).i4(probe.id()));
        Map<Integer, ProbeCounters> bySite = new HashMap<>();
        try {
            int count = in.length(4);
            for (int i = 0; i < count; i++) {
                bySite.put(in.i4(), ProbeCounters.read(in));
            }
        } catch (WireException e) {
            throw new TargetError("the target's answer is broken: " + e.getMessage(), e);
        }
        return bySite;
    }

    /** As they are called, in the order in which the probe was put on them. */
    Map<String, ProbeCounters> byLabel(ArmedProbe probe) throws TargetError {
        Map<Integer, ProbeCounters> bySite = bySite(probe);
        Map<String, ProbeCounters> byLabel = new LinkedHashMap<>();
        for (Map.Entry<Integer, ProbePlan.Armed> each : Map.copyOf(probe.armed).entrySet()) {
            WovenSites.SiteUse site = sites.site(each.getKey());
            ProbeCounters counters = bySite.get(each.getKey());
            if (site != null && counters != null) {
                byLabel.merge(site.label(), counters, ProbeCounters::plus); // a line may have several spots
            }
        }
        Map<String, ProbeCounters> ordered = new LinkedHashMap<>();
        for (String label : probe.sites()) {
            ProbeCounters counters = byLabel.get(label);
            if (counters != null) {
                ordered.put(label, counters);
            }
        }
        return ordered;
    }
}
