package dev.sonde.commands.observe;

import dev.sonde.commands.Recordings.Recorded;
import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.commands.output.ValueText;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.ProbeSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One line for a recorded call.
 *
 * @param outcome for people: how it ended, in a few words
 * @param dropped calls between this and the one before that were not kept: over the rate limit, or lost
 */
record RecordedRow(
        long number,
        Instant time,
        @Shown(spare = true) String target,
        @Shown(spare = true) String thread,
        Optional<Duration> costMs,
        @Shown(json = "class", onlyJson = true) String className,
        @Shown(keepEnd = true) String method,
        @Shown(onlyJson = true) ProbeSpec.Event event,
        @Shown(onlyTable = true) String outcome,
        @Shown(onlyJson = true) Optional<Map<String, String>> context,
        @Shown(spare = true) OptionalLong dropped)
        implements Row {

    private static final int LONGEST = 60;

    static RecordedRow of(Recorded recorded) {
        Hit hit = recorded.hit();
        String outcome = (hit.event() == ProbeSpec.Event.THROW ? "✗ " : "")
                + hit.outcome().map(value -> ValueText.flat(value).toString()).orElse("");
        return new RecordedRow(
                recorded.number(),
                hit.time(),
                recorded.target().toString(),
                hit.thread(),
                hit.costNanos().isPresent()
                        ? Optional.of(Duration.ofNanos(hit.costNanos().getAsLong()))
                        : Optional.empty(),
                hit.className(),
                ValueText.simple(hit.className()) + "." + hit.method(),
                hit.event(),
                outcome.length() > LONGEST ? outcome.substring(0, LONGEST) + "…" : outcome,
                Optional.of(hit.context()).filter(some -> !some.isEmpty()),
                hit.dropped() > 0 ? OptionalLong.of(hit.dropped()) : OptionalLong.empty());
    }

    @Override
    public String type() {
        return "recorded";
    }
}
