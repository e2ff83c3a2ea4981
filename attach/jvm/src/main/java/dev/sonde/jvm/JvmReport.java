package dev.sonde.jvm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A JVM described. What a JVM does not tell is empty, never guessed.
 *
 * @param vm such as {@code OpenJDK 64-Bit Server VM}
 * @param version such as {@code 17.0.15+6-Debian-1deb12u1}
 * @param flags those that differ from the default, as {@code -XX:…}
 * @param jvmArguments what was given before the main class
 * @param heapUsedBytes now, live and garbage
 * @param container limits of the cgroup, where there are any
 */
public record JvmReport(
        TargetId id,
        String name,
        String vm,
        String version,
        String command,
        List<String> jvmArguments,
        List<String> flags,
        Duration uptime,
        long heapUsedBytes,
        long heapCommittedBytes,
        OptionalLong heapMaxBytes,
        List<Pool> pools,
        List<Collector> collectors,
        OptionalLong loadedClasses,
        OptionalLong unloadedClasses,
        OptionalLong threads,
        OptionalLong peakThreads,
        OptionalLong rssBytes,
        Optional<Container> container) {

    /** A memory pool; {@code maxBytes} is empty when it has no limit of its own. */
    public record Pool(String name, long usedBytes, long committedBytes, OptionalLong maxBytes) {}

    /** A garbage collector: how often it ran, and how long it took in all. */
    public record Collector(String name, long collections, Duration total) {}

    /** What the cgroup allows. */
    public record Container(OptionalLong memoryLimitBytes, OptionalLong memoryUsedBytes, Optional<Double> cpuLimit) {}

    public JvmReport {
        jvmArguments = List.copyOf(jvmArguments);
        flags = List.copyOf(flags);
        pools = List.copyOf(pools);
        collectors = List.copyOf(collectors);
    }
}
