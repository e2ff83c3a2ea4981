package dev.sonde.shell.web;

import dev.sonde.commands.TargetPattern;
import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.TargetError;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which JVM a path means. Lines are then about its pid: no text of a path is ever in a line. */
final class Jvms {

    private Jvms() {}

    /** @param named as in {@code @TARGET}; else the selected one is meant */
    static long pid(Optional<String> named, Visit visit) throws Unanswered {
        if (named.isPresent()) {
            try {
                List<JvmProcess> found = new TargetPattern(named.get()).select(visit.visible());
                if (found.size() > 1) {
                    throw new Unanswered(Response.REFUSED, found.size() + " JVMs fit " + named.get() + listed(found));
                }
                return found.get(0).id().pid();
            } catch (TargetError e) {
                throw new Unanswered(Response.NOT_FOUND, String.valueOf(e.getMessage()));
            }
        }
        Optional<Long> selected = visit.selected();
        if (selected.isEmpty()) {
            throw new Unanswered(
                    Response.REFUSED,
                    "no target is selected: type @TARGET in a session of this login, or ask for"
                            + " /TARGET/debug/pprof/" + listed(visit.visible()));
        }
        return selected.get();
    }

    private static String listed(List<JvmProcess> jvms) {
        return jvms.isEmpty()
                ? "; no JVM is in reach"
                : jvms.stream()
                        .map(jvm -> jvm.id() + " " + jvm.name())
                        .collect(Collectors.joining(", ", "; there are: ", ""));
    }
}
