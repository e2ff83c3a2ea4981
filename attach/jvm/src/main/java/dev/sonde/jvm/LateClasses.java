package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Glob;
import dev.sonde.wire.Wire;
import dev.sonde.wire.WireWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The classes of a target that are to be told of when they load: those that probes wait for, and those that keep a trace context.
 * Its state is changed under the lock of {@link Probes}.
 */
final class LateClasses {

    /** Pauses before the looks that follow the name of a class, and where to go on when a further name has come. */
    private static final int[] LOOKS_MILLIS = {0, 10, 40, 150, 500, 1500};

    private static final int FIRST_AGAIN = 2;

    private final Probes probes;
    private final Changes changes;
    private final Link link;
    private final Links links;
    private final TraceContexts contexts;
    private final Set<ArmedProbe> awaiting = ConcurrentHashMap.newKeySet();
    /** Whether the agent tells when a class loads that may keep a trace context; so while there is a probe. */
    private boolean contextsAwaited;

    LateClasses(Probes probes, Changes changes, Link link, Links links) {
        this.probes = probes;
        this.changes = changes;
        this.link = link;
        this.links = links;
        this.contexts = new TraceContexts(link);
    }

    void await(ArmedProbe probe, boolean nothingYet) throws TargetError {
        awaiting.add(probe);
        sendAwaited();
        if (nothingYet) {
            probe.note("no class of that name is loaded yet: the probe arms when one loads");
            // One may have loaded between our look and now.
            links.look(() -> extend(probe));
        }
    }

    private void sendAwaited() throws TargetError {
        Set<String> globs = new LinkedHashSet<>();
        for (ArmedProbe probe : awaiting) {
            globs.add(probe.spec().classGlob());
        }
        if (contextsAwaited) {
            globs.addAll(TraceContexts.classNames());
        }
        link.request(Wire.AWAIT_CLASSES, new WireWriter(64).strings(new ArrayList<>(globs)));
    }

    void loaded(List<String> names) {
        if (names.stream().anyMatch(TraceContexts.classNames()::contains)) {
            links.look(this::lookForContextAgain);
        }
        for (ArmedProbe probe : awaiting) {
            Glob glob = Glob.of(probe.spec().classGlob());
            if (names.stream().anyMatch(glob::matchesClass)) {
                probe.stirred.set(true);
                look(probe);
            }
        }
    }

    /**
     * Looks for classes, one look at a time for each probe, some times, because a name may come before its class is there.
     * A program that starts loads thousands, and a look for each would pile up.
     */
    private void look(ArmedProbe probe) {
        if (!probe.looking.compareAndSet(false, true)) {
            return;
        }
        links.look(() -> {
            try {
                int next = 0;
                while (next < LOOKS_MILLIS.length && awaiting.contains(probe) && pause(LOOKS_MILLIS[next])) {
                    next = probe.stirred.getAndSet(false) ? FIRST_AGAIN : next + 1;
                    if (extend(probe) && !probe.stirred.get()) {
                        break;
                    }
                }
            } finally {
                probe.looking.set(false);
            }
            if (probe.stirred.get() && awaiting.contains(probe)) {
                look(probe);
            }
        });
    }

    private static boolean pause(int millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
    /** Puts a probe on what has loaded since; whether there was anything, or nothing is to be hoped for. */
    private boolean extend(ArmedProbe probe) {
        try {
            return changes.alone(() -> extendAlone(probe));
        } catch (TargetError e) {
            return true;
        }
    }

    private boolean extendAlone(ArmedProbe probe) throws TargetError {
        if (probe.ended() || !awaiting.contains(probe)) {
            return true;
        }
        boolean single = !Glob.isGlob(probe.spec().classGlob());
        try {
            Set<String> before = new HashSet<>(probe.sites());
            if (!probes.placeOnLoaded(probe)) {
                return false;
            }
            if (single) {
                awaiting.remove(probe);
                sendAwaited();
            }
            for (String site : probe.sites()) {
                if (!before.contains(site)) {
                    probe.tell("armed on " + site + ", which has loaded");
                }
            }
        } catch (TargetGone e) {
            return true;
        } catch (TargetError | ExpressionError e) {
            if (single) {
                awaiting.remove(probe);
                probes.finish(probe, "its class has loaded, but: " + e.getMessage());
            } else {
                probe.tell("a class has loaded, but: " + e.getMessage());
            }
        }
        return true;
    }

    void forget(ArmedProbe probe) {
        awaiting.remove(probe);
    }

    void clear() {
        awaiting.clear();
    }

    /** Probes that go are waited for no longer. The agent need not hear of it when the link is over. */
    void forget(Collection<ArmedProbe> going, boolean isLast, boolean isLost) {
        boolean awaited = awaiting.removeAll(going);
        if (isLast && contextsAwaited) {
            contextsAwaited = false;
            awaited = true;
        }
        if (!awaited || isLost) {
            return;
        }
        try {
            sendAwaited();
        } catch (TargetError e) {
            // the link is over, and with it the waiting
        }
    }

    // ---- trace contexts

    /** Finds where the target keeps what request a thread works for, unless the probe does not care. */
    void lookForContext(ArmedProbe probe) throws TargetError {
        boolean wanted = probe.spec().kind() != ProbeSpec.Kind.COUNT
                || probe.spec().traceId().isPresent();
        if (wanted && !contextsAwaited) {
            contextsAwaited = true;
            sendAwaited();
            contexts.look();
        }
    }

    void tellOfNoContext(ArmedProbe probe) {
        if (probe.spec().traceId().isPresent() && contexts.found().isEmpty()) {
            probe.note(
                    "nothing that keeps a trace context is loaded here (OpenTelemetry, Brave, an MDC of SLF4J or Log4j):"
                            + " no call is shown until it is");
        }
    }

    private void lookForContextAgain() {
        try {
            changes.alone(() -> {
                if (contextsAwaited) {
                    contexts.look();
                }
                return true;
            });
        } catch (TargetError e) {
            // they are looked for with the next probe, if there is a link
        }
    }
}
