package dev.sonde.jvm;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A JVM as seen from outside, without touching it.
 *
 * @param name what a person calls it: {@code -Dsonde.name}, else the simple main class or the jar's file name
 * @param command main class or jar with its arguments, as the JVM tells it
 * @param version such as {@code 17.0.15}
 * @param heapUsedBytes as of the last collection, which is when a JVM writes it down; empty before the first
 * @param cpuPercent of one CPU, over the last interval
 * @param unreachable why it cannot be attached to; empty when it can
 */
public record JvmProcess(
        TargetId id,
        String name,
        String command,
        Optional<String> version,
        Optional<Duration> uptime,
        OptionalLong heapUsedBytes,
        OptionalDouble cpuPercent,
        String user,
        Optional<String> unreachable) {}
