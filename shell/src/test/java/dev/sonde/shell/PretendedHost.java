package dev.sonde.shell;

import dev.sonde.jvm.Host;
import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.JvmReport;
import dev.sonde.jvm.LoadedClass;
import dev.sonde.jvm.LoadedCode;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.ProbeListener;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetId;
import dev.sonde.jvm.ThreadQuery;
import dev.sonde.jvm.ThreadReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Some JVMs that there are not: what the shell asks of a host needs no real one. Counts what is open. */
final class PretendedHost implements Host {

    private static final Instant STARTED = Instant.parse("2026-01-01T00:00:00Z");
    /** The JVMs by pid. */
    final Map<Long, String> names =
            new ConcurrentSkipListMap<>(Map.of(11L, "orders", 12L, "orders-batch", 13L, "billing"));

    /** The owners of the handles that are open. */
    final List<String> open = new CopyOnWriteArrayList<>();
    /** How often a target was asked for what only the agent knows. */
    final AtomicInteger asked = new AtomicInteger();

    volatile boolean closed;

    @Override
    public String name() {
        return "local";
    }

    @Override
    public List<JvmProcess> processes() {
        return names.entrySet().stream()
                .map(entry -> new JvmProcess(
                        id(entry.getKey()),
                        entry.getValue(),
                        "shop.Main " + entry.getValue(),
                        Optional.of("17"),
                        Optional.of(Duration.ofMinutes(1)),
                        OptionalLong.empty(),
                        OptionalDouble.empty(),
                        "app",
                        Optional.empty()))
                .toList();
    }

    @Override
    public Target open(long pid, String owner) throws TargetError {
        String name = names.get(pid);
        if (name == null) {
            throw new TargetError("no JVM with the pid " + pid);
        }
        open.add(owner);
        return new PretendedTarget(pid, name, owner);
    }

    @Override
    public Map<TargetId, List<Probe>> probes() {
        return Map.of();
    }

    @Override
    public void close() {
        closed = true;
    }

    private static TargetId id(long pid) {
        return new TargetId("local", pid, STARTED);
    }

    private final class PretendedTarget implements Target {
        private final long pid;
        private final String name;
        private final String owner;
        private boolean ended;

        PretendedTarget(long pid, String name, String owner) {
            this.pid = pid;
            this.name = name;
            this.owner = owner;
        }

        @Override
        public TargetId id() {
            return PretendedHost.id(pid);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean attached() {
            return false;
        }

        @Override
        public Optional<String> warning() {
            return Optional.empty();
        }

        @Override
        public JvmReport report() throws TargetError {
            throw new TargetError("this JVM is pretended");
        }

        @Override
        public ThreadReport threads(ThreadQuery query) throws TargetError {
            throw new TargetError("this JVM is pretended");
        }

        @Override
        public List<LoadedClass> classes(String glob, int limit) {
            asked.incrementAndGet();
            return List.of(new LoadedClass(1, "bank.Ledger", "app", false, true, false));
        }

        @Override
        public List<String> methods(LoadedClass declaring) {
            return List.of();
        }

        @Override
        public LoadedCode code() {
            throw new UnsupportedOperationException("a pretended JVM has no code");
        }

        @Override
        public List<String> names(LoadedClass declaring, String method, String chain) {
            return List.of();
        }

        @Override
        public Probe arm(ProbeSpec spec, ProbeListener listener) throws TargetError {
            throw new TargetError("this JVM is pretended");
        }

        @Override
        public Probe arm(ProbeSpec spec, dev.sonde.jvm.Parking parking, dev.sonde.jvm.StopListener listener)
                throws TargetError {
            throw new TargetError("nothing stops here");
        }

        @Override
        public List<dev.sonde.jvm.Stop> stops() {
            return List.of();
        }

        @Override
        public List<Probe> probes() {
            return List.of();
        }

        @Override
        public synchronized void close() {
            if (!ended) {
                ended = true;
                open.remove(owner);
            }
        }
    }
}
