package dev.sonde.commands.baseline;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import java.util.OptionalDouble;

/**
 * One number of one method, before and now, and whether that is worse.
 *
 * @param before the median of the windows; of a share, its per cent
 * @param changePercent the estimate of the change; of a share in points
 * @param fromPercent and {@code toPercent}: the change lies between them, with the confidence that was asked for
 * @param mostPercent what is allowed
 * @param gates whether it decides
 * @param words the same as a sentence
 */
record ComparisonRow(
        @Shown(keepEnd = true) String method,
        Measure measure,
        @Shown(onlyJson = true) OptionalDouble before,
        @Shown(onlyJson = true) OptionalDouble now,
        @Shown(head = "BEFORE", onlyTable = true) String shownBefore,
        @Shown(head = "NOW", onlyTable = true) String shownNow,
        OptionalDouble changePercent,
        @Shown(head = "FROM") OptionalDouble fromPercent,
        @Shown(head = "TO") OptionalDouble toPercent,
        @Shown(head = "ALLOWED", spare = true) OptionalDouble mostPercent,
        Verdict verdict,
        @Shown(onlyJson = true) boolean gates,
        @Shown(onlyJson = true) String words)
        implements Row {

    /** What a comparison comes to. */
    enum Verdict {
        /** The whole interval lies beyond what is allowed. */
        WORSE,
        /** The whole interval lies on the good side of no change. */
        BETTER,
        /** The whole interval lies within what is allowed. */
        SAME,
        /** The interval reaches beyond what is allowed, and within: more windows would tell. */
        UNSURE,
        /** There is nothing to compare. */
        MISSING
    }

    @Override
    public String type() {
        return "comparison";
    }
}
