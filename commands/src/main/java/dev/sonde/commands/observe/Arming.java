package dev.sonde.commands.observe;

import dev.sonde.commands.Context;
import dev.sonde.commands.Output;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.ProbeListener;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetGone;
import dev.sonde.weave.ExpressionError;
import java.util.List;

/** Puts a probe in place, and tells what is worth telling before and after. */
final class Arming {

    private static final int MOST_TOLD = 10;

    private Arming() {}

    static Probe arm(Context context, Target target, ProbeSpec spec, ProbeListener listener)
            throws TargetError, ExpressionError {
        Output output = context.output();
        target.warning().ifPresent(output::notice);
        Probe probe = target.arm(spec, listener);
        List<String> sites = probe.sites();
        // Where there is no site yet, the probe's own notices say what it waits for.
        if (!sites.isEmpty()) {
            output.notice("on " + sites.get(0) + (sites.size() > 1 ? " and " + (sites.size() - 1) + " more" : ""));
        }
        probe.notices().forEach(output::notice);
        List<String> refused = probe.refused();
        refused.stream().limit(MOST_TOLD).forEach(output::notice);
        if (refused.size() > MOST_TOLD) {
            output.notice("and " + (refused.size() - MOST_TOLD) + " more could not be woven");
        }
        return probe;
    }

    /** Whether the agent has ended it, though nobody has heard that yet: on a busy machine the word is a while on its way. */
    static boolean isEnded(Probe probe) throws TargetGone {
        try {
            probe.counters();
            return false;
        } catch (TargetGone e) {
            throw e;
        } catch (TargetError e) {
            return true;
        }
    }

    /** A probe whose target is gone cannot be read; one that ended for another reason perhaps neither. */
    static void throwIfGone(Probe probe) throws TargetGone {
        // One that ended as it should has told its numbers with its end.
        boolean unused = isEnded(probe);
    }
}
