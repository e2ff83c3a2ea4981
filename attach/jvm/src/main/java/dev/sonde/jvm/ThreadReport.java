package dev.sonde.jvm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The threads of a JVM at one moment.
 *
 * @param interval over which the rates were measured; zero when they were not
 * @param deadlocks cycles of threads that wait for each other, each as thread names in order
 * @param notices what could not be had, such as virtual threads on an old JVM
 */
public record ThreadReport(
        Instant time, Duration interval, List<JvmThread> threads, List<List<String>> deadlocks, List<String> notices) {

    /**
     * One thread. Frames are as the JVM prints them ({@code shop.OrderService.place(OrderService.java:42)}), top first.
     *
     * @param id {@code Thread.threadId()}; empty for a thread of the JVM itself
     * @param state empty for a thread of the JVM itself
     * @param cpuPercent of one CPU, over the interval
     * @param waitsFor the lock it is blocked on, waits on or is parked for, as {@code class@address}
     * @param waitsForOwner the name of the thread that holds that lock
     * @param carrier whether it is a carrier of virtual threads
     */
    public record JvmThread(
            OptionalLong id,
            OptionalLong nativeId,
            String name,
            Optional<Thread.State> state,
            boolean daemon,
            boolean virtual,
            boolean carrier,
            OptionalDouble cpuPercent,
            OptionalLong allocatedBytesPerSecond,
            Optional<Duration> cpuTotal,
            List<String> frames,
            List<String> holds,
            Optional<String> waitsFor,
            Optional<String> waitsForOwner) {

        public JvmThread {
            frames = List.copyOf(frames);
            holds = List.copyOf(holds);
        }
    }

    /**
     * The threads of a dump as a JVM prints it, without rates.
     *
     * @throws IOException when it is none, or cut off
     */
    public static ThreadReport printed(String dump, Instant time) throws IOException {
        return ThreadReader.of(ThreadDump.parse(new BufferedReader(new StringReader(dump))), time);
    }

    public ThreadReport {
        threads = List.copyOf(threads);
        deadlocks = List.copyOf(deadlocks);
        notices = List.copyOf(notices);
    }
}
