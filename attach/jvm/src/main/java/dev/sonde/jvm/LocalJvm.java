package dev.sonde.jvm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One JVM, shared by the handles of all sessions: they share its link. */
final class LocalJvm {

    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private static final int FIRST_THAT_WARNS = 21;

    final LocalProcesses.Jvm process;
    final AttachPoint attach;
    final SourcePlaces sources;
    /** A folder of the bastion's own. */
    final Path home;

    /** The profiles that are being taken of it. */
    final ProfileRuns profiles = new ProfileRuns(this);

    private final Links links;
    private final Set<LocalTarget> handles = new HashSet<>();

    /** Held while the agent is loaded or taken out, so that neither happens twice or at once. */
    private final ReentrantLock linking = new ReentrantLock();

    private volatile @Nullable Attached attached;
    private volatile boolean closing;

    /** The agent in the target, and what was set with it. */
    record Attached(Link link, Probes probes) {}

    LocalJvm(LocalProcesses.Jvm process, Links links, SourcePlaces sources) {
        this.process = process;
        this.sources = sources;
        this.home = links.home();
        this.links = links;
        this.attach = new AttachPoint(process.id.pid(), process.startTicks);
    }

    /** What holds for it whatever is asked. */
    Safeguards safeguards() {
        return links.safeguards;
    }

    LocalTarget open(String owner) {
        LocalTarget handle = new LocalTarget(this, owner);
        synchronized (handles) {
            handles.add(handle);
        }
        return handle;
    }

    /** Whether it may be forgotten: not while its agent is leaving, because whoever opens it now is to wait for that. */
    boolean unused() {
        synchronized (handles) {
            return handles.isEmpty() && !attached() && !linking.isLocked();
        }
    }

    boolean attached() {
        Attached now = attached;
        return now != null && now.link.open();
    }

    Optional<Probes> probes() {
        Attached now = attached;
        return now != null && now.link.open() ? Optional.of(now.probes) : Optional.empty();
    }

    /** What the agent serves; loads it when it is not there. */
    Probes attach() throws TargetError {
        Optional<Probes> there = probes();
        if (there.isPresent()) {
            return there.get();
        }
        linking.lock();
        try {
            there = probes();
            if (there.isPresent()) {
                return there.get();
            }
            synchronized (handles) {
                if (handles.isEmpty()) {
                    // It was given back while this was on its way here: nobody would take the agent out again.
                    throw new TargetError("this session has given the target back");
                }
            }
            Link link = links.attach(process, attach, feature());
            Probes probes = new Probes(process.id, link, links);
            attached = new Attached(link, probes);
            return probes;
        } finally {
            linking.unlock();
        }
    }

    /** The release of its JDK, such as 17. */
    int feature() throws TargetError {
        Optional<String> told = process.perf().flatMap(p -> p.text("java.property.java.vm.specification.version"));
        String version = told.isPresent()
                ? told.get()
                : ReportReader.read(process, attach).version();
        return new Link.Hello(version, "", false).feature();
    }

    /** The Java agents on its command line, as they stand there. */
    List<String> agents() {
        return JvmNames.jvmArguments(process.id.pid(), process.perf().flatMap(p -> p.text("java.rt.vmArgs"))).stream()
                .filter(argument -> argument.startsWith("-javaagent:"))
                .map(argument -> argument.substring("-javaagent:".length()))
                .toList();
    }

    Optional<String> warning() throws TargetError {
        if (attached() || links.attachedBefore(process.id)) {
            return Optional.empty();
        }
        int feature = feature();
        if (feature < FIRST_THAT_WARNS) {
            return Optional.empty();
        }
        boolean allowed = false;
        for (String argument :
                JvmNames.jvmArguments(process.id.pid(), process.perf().flatMap(p -> p.text("java.rt.vmArgs")))) {
            if (argument.equals("-XX:+EnableDynamicAgentLoading")) {
                allowed = true;
            }
        }
        return allowed
                ? Optional.empty()
                : Optional.of("JDK " + feature + " prints four lines of warning on the target's stderr when an agent is"
                        + " loaded (JEP 451); -XX:+EnableDynamicAgentLoading on its own command line prevents them");
    }

    /** Takes a handle back; the last one takes the agent out. */
    void close(LocalTarget handle, List<ArmedProbe> probes) {
        Optional<Probes> there = probes();
        boolean last;
        synchronized (handles) {
            if (!handles.remove(handle)) {
                return;
            }
            last = handles.isEmpty();
        }
        // Leaving restores everything at once.
        boolean left = last && detach(FAREWELL);
        if (!left && there.isPresent()) {
            there.get().remove(probes, "removed");
        }
        for (ArmedProbe probe : probes) {
            probe.end("removed");
        }
    }

    /**
     * Has the agent heal the target and leave, unless somebody has a handle. Bounded in time; what it could not do it does
     * when the link ends.
     */
    private boolean detach(Duration atMost) {
        linking.lock();
        try {
            Attached now = attached;
            if (now != null) {
                synchronized (handles) {
                    if (!handles.isEmpty() && !closing) {
                        return false; // somebody came in the meantime
                    }
                }
                attached = null;
                now.link.bye(atMost);
            }
            links.forget(process.id);
            return true;
        } finally {
            linking.unlock();
        }
    }

    /** As {@link #detach}, whoever still has a handle. */
    void shutDown(Duration atMost) {
        closing = true;
        profiles.close(Optional.empty());
        detach(atMost);
    }
}
