package dev.sonde.jvm;

import dev.sonde.jvm.ThreadReport.JvmThread;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
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

/** Makes a {@link ThreadReport}: two dumps for what changes between them, and a file for the virtual threads. */
final class ThreadReader {

    private static final int FIRST_WITH_VIRTUAL = 21;

    private ThreadReader() {}

    private record Reading(ThreadDump dump, long nanoTime, boolean extended) {}

    static ThreadReport read(LocalProcesses.Jvm jvm, AttachPoint attach, ThreadQuery query) throws TargetError {
        List<String> notices = new ArrayList<>();
        boolean rates = query.interval().compareTo(Duration.ZERO) > 0;
        Map<String, ThreadDump.Entry> before = new HashMap<>();
        long firstTime = 0;
        if (rates) {
            Reading first = dump(attach);
            firstTime = first.nanoTime;
            for (ThreadDump.Entry entry : first.dump.entries) {
                entry.frames.clear(); // only its numbers are needed
                before.put(entry.key, entry);
            }
            pause(firstTime + query.interval().toNanos() - System.nanoTime());
        }
        Instant time = Instant.now();
        Reading last = dump(attach);
        if (!last.extended) {
            notices.add("this JVM does not tell the CPU time and allocation of its threads (JDK 11 and later do)");
        }
        double seconds = (last.nanoTime - firstTime) / 1e9;
        Map<ThreadDump.Lock, ThreadDump.Entry> owners = last.dump.owners();
        List<JvmThread> threads = new ArrayList<>();
        for (ThreadDump.Entry entry : last.dump.entries) {
            threads.add(thread(entry, Optional.ofNullable(before.get(entry.key)), seconds, owners));
        }
        if (query.virtual() && last.dump.feature >= FIRST_WITH_VIRTUAL) {
            VirtualThreads.add(jvm, attach, threads, notices);
        }
        return new ThreadReport(
                time, rates ? query.interval() : Duration.ZERO, threads, last.dump.deadlocks(), notices);
    }

    /** What one dump tells, which is all but rates and virtual threads. */
    static ThreadReport of(ThreadDump dump, Instant time) throws IOException {
        if (dump.entries.isEmpty()) {
            throw new IOException("there is no thread in it");
        }
        Map<ThreadDump.Lock, ThreadDump.Entry> owners = dump.owners();
        List<JvmThread> threads = new ArrayList<>();
        for (ThreadDump.Entry entry : dump.entries) {
            threads.add(thread(entry, Optional.empty(), 0, owners));
        }
        return new ThreadReport(time, Duration.ZERO, threads, dump.deadlocks(), List.of());
    }

    private static Reading dump(AttachPoint attach) throws TargetError {
        long now = System.nanoTime();
        Optional<ThreadDump> dump = dump(attach, "Thread.print -l -e");
        if (dump.isPresent()) {
            return new Reading(dump.get(), now, true);
        }
        now = System.nanoTime();
        return new Reading(
                dump(attach, "Thread.print -l")
                        .orElseThrow(() -> new TargetError("the target refuses to print its threads")),
                now,
                false);
    }

    private static Optional<ThreadDump> dump(AttachPoint attach, String command) throws TargetError {
        try (AttachReply reply = attach.jcmd(command)) {
            if (reply.code() != 0) {
                return Optional.empty();
            }
            ThreadDump dump = ThreadDump.parse(
                    new BufferedReader(new InputStreamReader(reply, StandardCharsets.UTF_8), 64 << 10));
            if (!dump.complete) {
                throw attach.failed(new IOException("its thread dump ended in the middle"));
            }
            return Optional.of(dump);
        } catch (IOException e) {
            throw attach.failed(e);
        }
    }

    private static JvmThread thread(
            ThreadDump.Entry entry,
            Optional<ThreadDump.Entry> before,
            double seconds,
            Map<ThreadDump.Lock, ThreadDump.Entry> owners) {
        List<String> holds = new ArrayList<>();
        for (ThreadDump.Lock lock : entry.holds) {
            holds.add(lock.toString());
        }
        Optional<ThreadDump.Entry> owner =
                Optional.ofNullable(entry.waitsFor).flatMap(lock -> Optional.ofNullable(owners.get(lock)));
        return new JvmThread(
                entry.id,
                entry.nativeId,
                entry.name,
                entry.id.isPresent() ? entry.state : Optional.empty(),
                entry.daemon,
                false,
                entry.carrier,
                before.map(b -> cpuPercent(b, entry, seconds)).orElse(OptionalDouble.empty()),
                before.map(b -> allocatedPerSecond(b, entry, seconds)).orElse(OptionalLong.empty()),
                entry.cpuMillis.isPresent()
                        ? Optional.of(Duration.ofNanos((long) (entry.cpuMillis.getAsDouble() * 1e6)))
                        : Optional.empty(),
                entry.frames,
                holds,
                Optional.ofNullable(entry.waitsFor).map(ThreadDump.Lock::toString),
                owner.filter(o -> o != entry).map(o -> o.name));
    }

    private static OptionalDouble cpuPercent(ThreadDump.Entry before, ThreadDump.Entry now, double seconds) {
        if (before.cpuMillis.isEmpty() || now.cpuMillis.isEmpty()) {
            return OptionalDouble.empty();
        }
        // The JVM's own clock is nearer to the moment than ours, but has steps of 10 ms.
        double told = now.elapsedSeconds.orElse(0) - before.elapsedSeconds.orElse(0);
        double over = told > 0.5 ? told : seconds;
        double millis = Math.max(0, now.cpuMillis.getAsDouble() - before.cpuMillis.getAsDouble());
        return OptionalDouble.of(millis / 10 / over);
    }

    private static OptionalLong allocatedPerSecond(ThreadDump.Entry before, ThreadDump.Entry now, double seconds) {
        if (before.allocatedBytes.isEmpty() || now.allocatedBytes.isEmpty()) {
            return OptionalLong.empty();
        }
        long bytes = Math.max(0, now.allocatedBytes.getAsLong() - before.allocatedBytes.getAsLong());
        return OptionalLong.of(Math.round(bytes / seconds));
    }

    private static void pause(long nanos) throws TargetError {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetError("interrupted", e);
        }
    }
}
