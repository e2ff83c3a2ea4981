package dev.sonde.jvm;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The JVMs of this machine, found under {@code /proc}. What a process is, is looked at once in its life (it has the same pid,
 * start and program name), so that a scan reads one small file for each process that is no JVM. Our own JVM is left out:
 * instrumenting the server through itself could stop it.
 */
final class LocalProcesses {

    static final String HOST = "local";

    /** The shortest time over which CPU use means something: the kernel counts in steps of 10 ms. */
    private static final long SAMPLE_NANOS = 100_000_000;

    /** A reading older than this would tell of another time. */
    private static final long STALE_NANOS = 60_000_000_000L;

    private final Instant boot = Proc.bootTime();
    private final long self = ProcessHandle.current().pid();
    private final long ourUid;
    private final long ourGid;
    private Map<Long, Known> known = new HashMap<>();

    /** Held while a list is made, which takes its time; opening a target does not wait for that. */
    private final Object sampling = new Object();

    private Map<Long, Long> lastTicks = Map.of();
    private long lastTime;

    LocalProcesses() {
        this(Proc.status(ProcessHandle.current().pid()));
    }

    /** As a process of these ids sees them. */
    LocalProcesses(Optional<Proc.Status> ours) {
        ourUid = ours.map(Proc.Status::uid).orElse(-1L);
        ourGid = ours.map(Proc.Status::gid).orElse(-1L);
    }

    /** A process that is a JVM, with what does not change in its life. */
    static final class Jvm {
        final TargetId id;
        final long startTicks;
        final String user;
        final Proc.Status status;
        /** {@code status.uid()} may change before a program is exec'd, never after a JVM runs. */
        private @Nullable Path perfFile;

        private boolean perfSearched;

        Jvm(TargetId id, long startTicks, String user, Proc.Status status) {
            this.id = id;
            this.startTicks = startTicks;
            this.user = user;
            this.status = status;
        }

        /** Its counters now; empty when it keeps none. */
        synchronized Optional<JvmCounters> perf() {
            if (!perfSearched) {
                perfFile = JvmCounters.find(id.pid(), status, user).orElse(null);
                // A JVM that has just begun makes its file a moment later.
                perfSearched =
                        perfFile != null || id.started().isBefore(Instant.now().minusSeconds(10));
            }
            return perfFile == null ? Optional.empty() : JvmCounters.read(perfFile);
        }
    }

    private record Known(
            long startTicks, String command, @Nullable Jvm jvm) {}

    /** Whether we run as root, who may attach to anyone. */
    boolean root() {
        return ourUid == 0;
    }

    List<JvmProcess> list() {
        synchronized (sampling) {
            return sample(scan());
        }
    }

    private List<JvmProcess> sample(List<Jvm> jvms) {
        Map<Long, Long> before = lastTicks;
        long since = lastTime;
        long now = System.nanoTime();
        if (before.isEmpty() || now - since > STALE_NANOS) {
            before = ticks(jvms);
            since = System.nanoTime();
        }
        sleepUntil(since + SAMPLE_NANOS);
        Map<Long, Long> after = ticks(jvms);
        now = System.nanoTime();
        lastTicks = after;
        lastTime = now;
        List<JvmProcess> rows = new ArrayList<>();
        for (Jvm jvm : jvms) {
            Long end = after.get(jvm.id.pid());
            if (end != null) { // else it has ended meanwhile
                Long start = before.get(jvm.id.pid());
                OptionalDouble cpu = start == null
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(
                                100.0 * Math.max(0, end - start) / Proc.TICKS_PER_SECOND / ((now - since) / 1e9));
                rows.add(describe(jvm, cpu));
            }
        }
        return rows;
    }

    /** The JVM of that pid. */
    synchronized Jvm jvm(long pid) throws TargetError {
        Optional<Proc.Stat> stat = pid > 0 ? Proc.stat(pid) : Optional.empty();
        if (stat.isEmpty() || stat.get().state() == 'Z') {
            throw new TargetError("there is no process " + pid);
        }
        if (pid == self) {
            throw new TargetError("process " + pid + " is this server itself");
        }
        Known what = known(pid, stat.get());
        if (what.jvm == null) {
            throw new TargetError("process " + pid + " (" + stat.get().command() + ") is not a HotSpot JVM");
        }
        return what.jvm;
    }

    /** Why we cannot attach to it now; empty when we can. Reads as {@code process 12 …}. */
    Optional<String> unreachable(Jvm jvm) {
        long pid = jvm.id.pid();
        if (ourUid != 0 && jvm.status.uid() != ourUid) {
            return Optional.of("belongs to user " + jvm.user);
        }
        if (ourUid != 0 && jvm.status.gid() != ourGid) {
            return Optional.of("runs in another group than this server");
        }
        Optional<Proc.Stat> stat = Proc.stat(pid);
        if (stat.isPresent() && (stat.get().state() == 'T' || stat.get().state() == 't')) {
            return Optional.of("is stopped");
        }
        return AttachPoint.refusal(pid, Proc.status(pid).orElse(jvm.status));
    }

    JvmProcess describe(Jvm jvm, OptionalDouble cpu) {
        Optional<JvmCounters> perf = jvm.perf();
        String command = JvmNames.command(jvm.id.pid(), perf);
        return new JvmProcess(
                jvm.id,
                JvmNames.name(jvm.id.pid(), perf, command),
                command,
                perf.flatMap(p -> p.text("java.property.java.version")),
                Optional.of(positive(Duration.between(jvm.id.started(), Instant.now()))),
                perf.map(LocalProcesses::heapUsed).orElse(OptionalLong.empty()),
                cpu,
                jvm.user,
                unreachable(jvm));
    }

    private static Duration positive(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }

    /** As of the last collection: HotSpot writes it then. 0 before the first, which is no answer. */
    static OptionalLong heapUsed(JvmCounters perf) {
        OptionalLong used = perf.sum(
                "sun.gc.generation.0.space.0.used",
                "sun.gc.generation.0.space.1.used",
                "sun.gc.generation.0.space.2.used",
                "sun.gc.generation.1.space.0.used");
        return used.orElse(0) > 0 ? used : OptionalLong.empty();
    }

    private synchronized List<Jvm> scan() {
        Map<Long, Known> found = new HashMap<>();
        List<Jvm> jvms = new ArrayList<>();
        for (long pid : Proc.pids()) {
            Optional<Proc.Stat> stat = pid == self ? Optional.empty() : Proc.stat(pid);
            if (stat.isPresent() && stat.get().hasMemory()) {
                Known what = known(pid, stat.get());
                found.put(pid, what);
                if (what.jvm != null) {
                    jvms.add(what.jvm);
                }
            }
        }
        known = found;
        return jvms;
    }

    private Known known(long pid, Proc.Stat stat) {
        Known before = known.get(pid);
        if (before != null
                && before.startTicks == stat.startTicks()
                && before.command.equals(stat.command())
                // One that begins as we look has not mapped its libraries yet.
                && (before.jvm != null || !stat.command().equals("java"))) {
            return before;
        }
        Known now = new Known(stat.startTicks(), stat.command(), look(pid, stat));
        known.put(pid, now);
        return now;
    }

    private @Nullable Jvm look(long pid, Proc.Stat stat) {
        Optional<Proc.Status> status = Proc.status(pid);
        if (status.isEmpty()) {
            return null;
        }
        Optional<Boolean> maps = Proc.mapsJvm(pid);
        // Of other users we see only the command line.
        if (!maps.orElseGet(() -> stat.command().equals("java") || startsJava(pid))) {
            return null;
        }
        Instant started = boot.plusMillis(stat.startTicks() * (1000 / Proc.TICKS_PER_SECOND));
        return new Jvm(new TargetId(HOST, pid, started), stat.startTicks(), Proc.user(pid), status.get());
    }

    private static boolean startsJava(long pid) {
        List<String> arguments = Proc.arguments(pid);
        return !arguments.isEmpty()
                && (arguments.get(0).equals("java") || arguments.get(0).endsWith("/java"));
    }

    private static Map<Long, Long> ticks(List<Jvm> jvms) {
        Map<Long, Long> ticks = new HashMap<>();
        for (Jvm jvm : jvms) {
            Optional<Proc.Stat> stat = Proc.stat(jvm.id.pid());
            if (stat.isPresent()
                    && stat.get().startTicks() == jvm.startTicks
                    && stat.get().state() != 'Z') {
                ticks.put(jvm.id.pid(), stat.get().cpuTicks());
            }
        }
        return ticks;
    }

    private static void sleepUntil(long nanoTime) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanoTime - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the numbers are then of a shorter time
        }
    }
}
