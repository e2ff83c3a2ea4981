package dev.sonde.timeline;

import dev.sonde.profile.Description;
import dev.sonde.profile.Profile;
import dev.sonde.profile.Sample;
import java.util.HashMap;
import java.util.Map;

/** The waits of a timeline as a profile: where threads stood still, for how long, for what, and who held them up. */
public final class WaitingTime {

    private static final String VIRTUAL = "virtual threads";

    private final Profile.Builder builder;

    /**
     * A profile that has no waits yet.
     *
     * @param about with the types of {@link dev.sonde.profile.Kind#TIMELINE}
     */
    public WaitingTime(Description about) {
        this.builder = new Profile.Builder(about);
    }

    /** Adds one, if it is a wait. */
    public void add(Span span) {
        if (!span.state().waits() || span.nanos() <= 0) {
            return;
        }
        Map<String, String> labels = new HashMap<>();
        // One name for all that have none of their own: there may be millions.
        boolean nameless =
                span.lane().kind() == Lane.Kind.VIRTUAL && span.lane().name().startsWith("virtual #");
        labels.put(Sample.THREAD, nameless ? VIRTUAL : span.lane().name());
        labels.put(Sample.STATE, span.state().word());
        boolean lock = span.state() == State.BLOCKED || span.state() == State.PARKED || span.state() == State.WAITING;
        if (lock && !span.what().isEmpty()) {
            labels.put(Sample.LOCK, span.what());
        }
        span.by().ifPresent(holder -> labels.put(Sample.HOLDER, holder));
        builder.add(span.stack(), labels, 1, span.nanos());
    }

    /** Adds how long a thread was runnable and had no processor. */
    public void runnable(Lane lane, Sample counted) {
        Map<String, String> labels = new HashMap<>(counted.labels());
        labels.put(Sample.THREAD, lane.name());
        builder.add(counted.stack(), labels, counted.value(0), counted.value(1));
    }

    public Profile profile() {
        return builder.build();
    }
}
