package dev.sonde.commands;

import dev.sonde.jvm.JvmReport;
import dev.sonde.jvm.LoadedClass;
import dev.sonde.jvm.LoadedCode;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.ProbeListener;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Profiling;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetGone;
import dev.sonde.jvm.TargetId;
import dev.sonde.jvm.ThreadQuery;
import dev.sonde.jvm.ThreadReport;
import dev.sonde.wire.ProbeCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JVM made of what a test says. */
public final class FakeTarget implements Target {

    public static final Instant STARTED = Instant.parse("2026-03-01T09:00:00Z");

    public Optional<JvmReport> report = Optional.empty();
    public ThreadReport threads = new ThreadReport(STARTED, Duration.ZERO, List.of(), List.of(), List.of());
    public Optional<String> warning = Optional.empty();
    public Optional<LoadedCode> code = Optional.empty();
    public Optional<Profiling> profiling = Optional.empty();
    public final List<LoadedClass> classes = new ArrayList<>();
    public final Map<String, List<String>> methods = new LinkedHashMap<>();
    /** From what is typed before a name to the names. */
    public final Map<String, List<String>> names = new LinkedHashMap<>();

    public final List<FakeProbe> probes = new ArrayList<>();
    public final List<ThreadQuery> queries = new ArrayList<>();
    public volatile boolean gone;
    public boolean closed;

    @Override
    public TargetId id() {
        return new TargetId("local", 4242, STARTED);
    }

    @Override
    public String name() {
        return "Main";
    }

    @Override
    public boolean attached() {
        return !probes.isEmpty();
    }

    @Override
    public Optional<String> warning() {
        return warning;
    }

    @Override
    public JvmReport report() throws TargetError {
        return report.orElseThrow(() -> new TargetError("no report"));
    }

    @Override
    public ThreadReport threads(ThreadQuery query) {
        queries.add(query);
        return threads;
    }

    @Override
    public List<LoadedClass> classes(String glob, int limit) {
        String prefix = glob.replace("*", "");
        return classes.stream()
                .filter(loaded -> loaded.name().startsWith(prefix)
                        || loaded.name()
                                .substring(loaded.name().lastIndexOf('.') + 1)
                                .startsWith(prefix))
                .limit(limit)
                .toList();
    }

    @Override
    public List<String> methods(LoadedClass declaring) {
        return methods.getOrDefault(declaring.name(), List.of());
    }

    @Override
    public List<String> names(LoadedClass declaring, String method, String chain) {
        return names.getOrDefault(chain, List.of());
    }

    @Override
    public LoadedCode code() {
        return code.orElseThrow();
    }

    @Override
    public Profiling profiling() {
        return profiling.orElseThrow();
    }

    @Override
    public Probe arm(ProbeSpec spec, ProbeListener listener) throws TargetError {
        if (gone) {
            throw new TargetGone("4242 Main is gone");
        }
        FakeProbe probe = new FakeProbe(this, probes.size() + 1, spec, listener);
        synchronized (probes) {
            probes.add(probe);
        }
        return probe;
    }

    /** The probe that a command armed last, if it has by now. */
    public Optional<FakeProbe> last() {
        synchronized (probes) {
            return probes.isEmpty() ? Optional.empty() : Optional.of(probes.get(probes.size() - 1));
        }
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
        return List.copyOf(probes);
    }

    @Override
    public void close() {
        closed = true;
    }

    /** A probe that sees what the test lets it see. */
    public static final class FakeProbe implements Probe {
        private final FakeTarget target;
        private final int id;
        private final ProbeSpec spec;
        public final ProbeListener listener;
        public volatile boolean closed;
        public volatile boolean ended;
        public String owner = "ada/1";
        public volatile Map<String, ProbeCounters> counters =
                Map.of("shop.OrderService.place(Order, int)", new ProbeCounters(0, 0, 0, 0, 0, 0, 0, 0, new long[0]));

        FakeProbe(FakeTarget target, int id, ProbeSpec spec, ProbeListener listener) {
            this.target = target;
            this.id = id;
            this.spec = spec;
            this.listener = listener;
        }

        @Override
        public int id() {
            return id;
        }

        @Override
        public String owner() {
            return owner;
        }

        @Override
        public ProbeSpec spec() {
            return spec;
        }

        @Override
        public List<String> sites() {
            return List.of("shop.OrderService.place(Order, int)");
        }

        @Override
        public List<String> refused() {
            return List.of();
        }

        @Override
        public List<String> notices() {
            return List.of();
        }

        @Override
        public Map<String, ProbeCounters> counters() throws TargetError {
            if (target.gone) {
                throw new TargetGone("4242 Main is gone");
            }
            return counters;
        }

        @Override
        public boolean ended() {
            return ended || closed;
        }

        public void end(String reason, ProbeCounters last) {
            ended = true;
            listener.ended(reason, last);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
