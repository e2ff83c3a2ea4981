package dev.sonde.jvm;

import dev.sonde.profile.Frame;
import dev.sonde.profile.Profile;
import dev.sonde.profile.Sample;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long each thread of a process was ready to run and had no processor, since it began, as Linux counts it for anybody who reads
 * ({@code /proc/PID/task/TID/schedstat}: nanoseconds on a processor, nanoseconds ready, how often it ran; sched-stats.rst). Empty
 * where the kernel counts nothing.
 *
 * @param threads by the number that a thread has for its own process, which is how JFR calls it
 */
record RunQueue(Map<Long, Waited> threads) {

    private static final int MOST_THREADS = 20_000;
    private static final Waited NOTHING = new Waited(0, 0);

    /** Where a thread stands meanwhile is not known. */
    private static final List<Frame> STACK =
            List.of(new Frame("", "[ready to run, no processor]", "", 0, Frame.Code.KERNEL));

    /** @param times that it got a processor */
    record Waited(long nanos, long times) {}

    RunQueue {
        threads = Map.copyOf(threads);
    }

    /** As it is now. */
    static RunQueue of(LocalProcesses.Jvm process) {
        Map<Long, Waited> threads = new HashMap<>();
        try (DirectoryStream<Path> tasks =
                Files.newDirectoryStream(Proc.of(process.id.pid()).resolve("task"))) {
            for (Path task : tasks) {
                String[] counts = Proc.read(task.resolve("schedstat")).strip().split(" ", -1);
                // A kernel that does not count says 0, and so does a thread that has not run yet.
                if (counts.length == 3 && !counts[0].equals("0") && threads.size() < MOST_THREADS) {
                    long number = Proc.number(task.getFileName().toString());
                    threads.put(
                            process.status.sharesPids() ? number : inner(number),
                            new Waited(Proc.number(counts[1]), Proc.number(counts[2])));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // of a process that is gone, which is said by whoever asks it next
        }
        return new RunQueue(threads);
    }

    private static long inner(long thread) {
        return Proc.status(thread).map(Proc.Status::innerPid).orElse(thread);
    }

    /** Adds what came since then, of the threads that are still there: a sample for each. */
    void since(RunQueue before, Profile.Builder into) {
        threads.forEach((number, now) -> {
            Waited then = before.threads.getOrDefault(number, NOTHING);
            if (now.nanos > then.nanos) {
                into.add(
                        STACK,
                        Map.of(Sample.NUMBER, number.toString(), Sample.STATE, "runnable"),
                        Math.max(1, now.times - then.times),
                        now.nanos - then.nanos);
            }
        });
    }
}
