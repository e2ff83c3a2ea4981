package dev.sonde.jvm;

import dev.sonde.wire.WireReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the agent tells of calls, on its way to who listens: read, joined with what its tasks told, and held back for a better one. */
final class Delivery {

    private final Probes probes;
    private final WovenSites sites;
    private final Links links;

    Delivery(Probes probes, WovenSites sites, Links links) {
        this.probes = probes;
        this.sites = sites;
        this.links = links;
    }

    /** A frame of hits. */
    void take(WireReader in) {
        int count = in.length(4);
        for (int i = 0; i < count; i++) {
            hit(in.bytes());
        }
    }

    private void hit(byte[] bytes) {
        HitReader.Raw raw = HitReader.read(bytes);
        ArmedProbe probe = probes.armed(raw.probe()).orElse(null);
        if (probe == null || probe.ended()) {
            return; // it was removed while the hit was on its way
        }
        if (probe.joining.isEmpty()) {
            hit(probe, raw);
            return;
        }
        Joining joining = probe.joining.get();
        joining.take(raw).forEach(joined -> hit(probe, joined));
        if (raw.tree().map(tree -> tree.tasks().ofTree() == 0).orElse(false)) {
            links.look(joining.patience().plusMillis(10), () -> joining.due().forEach(joined -> hit(probe, joined)));
        }
    }

    private void hit(ArmedProbe probe, HitReader.Raw raw) {
        WovenSites.SiteUse site = sites.site(raw.site());
        if (site == null || probe.ended()) {
            return;
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < raw.args().size(); i++) {
            names.add(i < site.names().size() ? site.names().get(i) : "arg" + i);
        }
        Hit hit = new Hit(
                raw.probe(),
                raw.event(),
                raw.time(),
                raw.costNanos(),
                raw.threadId(),
                raw.thread(),
                site.site().className,
                site.method(),
                names,
                raw.self(),
                raw.args(),
                raw.outcome(),
                raw.values(),
                raw.lost() + probe.dropped.getAndSet(0),
                new Hit.More(
                        raw.tree().map(tree -> tree(probe, tree, raw.outcome())),
                        raw.parts().context,
                        raw.parts().stack,
                        raw.parts().stackDepth,
                        raw.parts().call,
                        raw.parts().changed,
                        site.place()));
        if (probe.following.isPresent()) {
            boolean whole = hit.tree().map(CallTree::whole).orElse(true);
            deliver(probe, probe.following.get(), probe.following.get().pass(hit, whole));
        } else {
            probe.tell(hit);
        }
    }

    private CallTree tree(ArmedProbe probe, TreeReader.RawTree raw, Optional<Value> error) {
        Following following = probe.following.orElse(null);
        return TreeReader.make(
                raw,
                id -> Optional.ofNullable(sites.site(id))
                        .map(site -> new TreeReader.Name(site.site().className, site.method())),
                id -> following == null || following.isExpanded(id),
                following == null ? Integer.MAX_VALUE : following.depth(),
                following == null || following.isWhole(raw, probe.armed.size()),
                error);
    }

    /** Of what was held back, as many as the probe is to tell. */
    void deliver(ArmedProbe probe, Following following, List<Hit> hits) {
        for (Hit hit : hits) {
            int most = probe.spec().hits();
            if (!following.counts(most)) {
                return;
            }
            probe.joining.ifPresent(joining -> hit.tree().ifPresent(joining::shown));
            probe.tell(hit);
            if (following.complete(most)) {
                probes.finish(probe, "its " + most + " hits are used up");
            }
        }
    }

    /** What still waits of a trace is told as it is. */
    void letGo(ArmedProbe probe) {
        probe.joining.ifPresent(joining -> joining.letGo().forEach(joined -> hit(probe, joined)));
        probe.following.ifPresent(following -> deliver(probe, following, following.letGo()));
    }

    /** Frames of hits that nobody was quick enough for. */
    void dropped(Frame hits) {
        WireReader in = hits.reader();
        int count = in.length(4);
        for (int i = 0; i < count; i++) {
            probes.armed(HitReader.probe(in.bytes())).ifPresent(probe -> probe.dropped.incrementAndGet());
        }
    }
}
