package dev.sonde.jvm;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a JVM tells without being asked: the counters that HotSpot writes down for whoever reads them, and what the kernel
 * keeps of the process. Reading it costs the target nothing, however often. What is not told is empty: with {@code
 * -XX:-UsePerfData} that is all but CPU, memory and files.
 *
 * @param time when it was read
 * @param threads that live now, virtual ones apart
 * @param startedThreads since the JVM began
 * @param heapUsedBytes as of the end of the last collection, which is when a JVM writes it down
 * @param oldUsedBytes of that what lies in the old generation; of a collector with one generation, the whole
 * @param collections since the JVM began, of all collectors
 * @param collecting what they took
 * @param cpu user and system time of the process so far
 * @param openFiles of the process, sockets too
 */
public record JvmGauges(
        Instant time,
        Duration uptime,
        OptionalLong threads,
        OptionalLong daemonThreads,
        OptionalLong peakThreads,
        OptionalLong startedThreads,
        OptionalLong heapUsedBytes,
        OptionalLong oldUsedBytes,
        OptionalLong heapCommittedBytes,
        OptionalLong heapMaxBytes,
        OptionalLong metaspaceUsedBytes,
        OptionalLong loadedClasses,
        OptionalLong collections,
        Optional<Duration> collecting,
        Duration cpu,
        OptionalLong rssBytes,
        OptionalLong openFiles) {

    /** @throws TargetGone when there is no such process any more */
    static JvmGauges read(LocalProcesses.Jvm jvm) throws TargetGone {
        long pid = jvm.id.pid();
        Proc.Stat stat = Proc.stat(pid)
                .filter(now -> now.startTicks() == jvm.startTicks && now.state() != 'Z')
                .orElseThrow(() -> new TargetGone("process " + pid + " is gone"));
        Optional<JvmCounters> counters = jvm.perf();
        JvmCounters perf = counters.orElse(JvmCounters.NONE);
        Instant now = Instant.now();
        Duration uptime = Duration.between(jvm.id.started(), now);
        return new JvmGauges(
                now,
                uptime.isNegative() ? Duration.ZERO : uptime,
                perf.number("java.threads.live"),
                perf.number("java.threads.daemon"),
                perf.number("java.threads.livePeak"),
                perf.number("java.threads.started"),
                LocalProcesses.heapUsed(perf),
                perf.number("sun.gc.generation.1.space.0.used"),
                perf.sum("sun.gc.generation.0.capacity", "sun.gc.generation.1.capacity"),
                heapMax(perf),
                perf.number("sun.gc.metaspace.used"),
                loaded(perf),
                collected(perf, "invocations"),
                collecting(perf),
                Duration.ofMillis(stat.cpuTicks() * (1000 / Proc.TICKS_PER_SECOND)),
                Proc.residentBytes(pid),
                Proc.openFiles(pid));
    }

    /** The generations of G1 share the heap, and each says the whole of it. */
    private static OptionalLong heapMax(JvmCounters perf) {
        boolean shared = perf.text("sun.gc.collector.0.name").orElse("").startsWith("G1");
        return shared
                ? perf.number("sun.gc.generation.1.maxCapacity")
                : perf.sum("sun.gc.generation.0.maxCapacity", "sun.gc.generation.1.maxCapacity");
    }

    private static OptionalLong loaded(JvmCounters perf) {
        OptionalLong loaded = perf.sum("java.cls.loadedClasses", "java.cls.sharedLoadedClasses");
        long unloaded = perf.sum("java.cls.unloadedClasses", "java.cls.sharedUnloadedClasses")
                .orElse(0);
        return loaded.isPresent() ? OptionalLong.of(loaded.getAsLong() - unloaded) : loaded;
    }

    /** ZGC leaves gaps in the numbers of its collectors. */
    private static OptionalLong collected(JvmCounters perf, String what) {
        String[] names = new String[8];
        for (int i = 0; i < names.length; i++) {
            names[i] = "sun.gc.collector." + i + "." + what;
        }
        return perf.sum(names);
    }

    private static Optional<Duration> collecting(JvmCounters perf) {
        OptionalLong ticks = collected(perf, "time");
        double perSecond = Math.max(1, perf.number("sun.os.hrt.frequency").orElse(1_000_000_000));
        return ticks.isPresent()
                ? Optional.of(Duration.ofNanos((long) (ticks.getAsLong() / perSecond * 1e9)))
                : Optional.empty();
    }
}
