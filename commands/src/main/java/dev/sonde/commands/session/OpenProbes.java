package dev.sonde.commands.session;

import dev.sonde.commands.Context;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.Target;
import java.util.List;

/** The probes that a session may see: on the target of its line, else on all targets it has open. */
final class OpenProbes {

    private OpenProbes() {}

    static List<Target> targets(Context context) {
        return context.target().map(List::of).orElseGet(context::openTargets);
    }

    static List<Probe> on(Target target) {
        return target.probes().stream().filter(probe -> !probe.ended()).toList();
    }

    /** Whether it was set by one of the sessions of the login that typed this line. */
    static boolean isOwn(Context context, Probe probe) {
        return probe.owner().equals(context.login()) || probe.owner().startsWith(context.login() + "/");
    }
}
