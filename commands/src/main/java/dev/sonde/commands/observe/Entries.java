package dev.sonde.commands.observe;

import dev.sonde.jvm.Hit;
import dev.sonde.jvm.ProbeSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows of a watch: remembers calls that were shown as they began, so as to tell at their end what they changed. */
final class Entries {

    /** The agent awaits no more of them for one method. */
    private static final int MOST = 1_000;

    private final ProbeSpec spec;
    private final Map<String, Hit> begun = new LinkedHashMap<>();

    Entries(ProbeSpec spec) {
        this.spec = spec;
    }

    /** Empty for the end of a call that changed nothing, and was only asked for as it began. */
    Optional<HitRow> row(Hit hit) {
        if (hit.call().isEmpty()) {
            return Optional.of(HitRow.of(hit, spec.captures()));
        }
        String call = hit.className() + "." + hit.method() + " " + hit.call().getAsLong();
        if (hit.event() == ProbeSpec.Event.ENTRY) {
            begun.put(call, hit);
            if (begun.size() > MOST) {
                begun.remove(begun.keySet().iterator().next());
            }
            return Optional.of(HitRow.of(hit, spec.captures()));
        }
        Hit entry = begun.remove(call);
        boolean asked = spec.events().contains(hit.event());
        if (!asked && !hit.changed()) {
            return Optional.empty();
        }
        List<Change> changes = entry == null || !hit.changed()
                ? List.of()
                : Change.between(HitRow.given(entry, spec.captures()), HitRow.given(hit, spec.captures()));
        // What was cut on one side alone looks changed to the agent, and cannot be compared here.
        return asked || entry == null || !changes.isEmpty()
                ? Optional.of(HitRow.of(hit, spec.captures(), changes, asked))
                : Optional.empty();
    }
}
