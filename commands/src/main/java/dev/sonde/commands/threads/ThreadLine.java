package dev.sonde.commands.threads;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.jvm.ThreadReport.JvmThread;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** One thread on one line. */
record ThreadLine(
        OptionalLong id,
        String name,
        Optional<Thread.State> state,
        OptionalDouble cpuPercent,
        @Shown(head = "ALLOC/S") OptionalLong allocatedBytesPerSecond,
        @Shown(head = "CPU TIME") Optional<Duration> cpuTotalMs,
        @Shown(onlyJson = true) boolean daemon,
        @Shown(onlyJson = true) boolean virtual,
        @Shown(onlyJson = true) boolean carrier,
        @Shown(onlyJson = true) Optional<String> waitsFor,
        @Shown(head = "HELD BY") Optional<String> waitsForOwner,
        @Shown(onlyJson = true) List<String> holds,
        @Shown(onlyJson = true) Optional<String> at,

        @Shown(head = "IN", onlyTable = true, keepEnd = true)
        Optional<String> in)
        implements Row {

    static ThreadLine of(JvmThread thread) {
        Optional<String> where = Optional.of(Frames.where(thread.frames())).filter(frame -> !frame.isEmpty());
        return new ThreadLine(
                thread.id(),
                thread.name(),
                thread.state(),
                thread.cpuPercent(),
                thread.allocatedBytesPerSecond(),
                thread.cpuTotal(),
                thread.daemon(),
                thread.virtual(),
                thread.carrier(),
                thread.waitsFor(),
                thread.waitsForOwner(),
                thread.holds(),
                where,
                where.map(Frames::brief));
    }

    @Override
    public String type() {
        return "thread";
    }
}
