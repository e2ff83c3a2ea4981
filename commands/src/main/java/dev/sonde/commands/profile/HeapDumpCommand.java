package dev.sonde.commands.profile;

import dev.sonde.commands.Cancel;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.ExportFolder;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Output;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.output.Humane;
import dev.sonde.jvm.Profiling.HeapDumpOrder;
import dev.sonde.jvm.Profiling.HeapDumped;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code heap dump}: the heap as a file, for Eclipse MAT, VisualVM and others. Nothing in it is masked, so it needs the highest
 * grant.
 */
@Command(
        name = "heap dump",
        description = "write the whole heap into a file, unmasked: the JVM stands still until it is written")
@Needs(Grant.MUTATE)
@Example("heap dump before-restart --live")
final class HeapDumpCommand extends TargetCommand {

    private static final String ENDING = ".hprof";
    private static final long ASK_ABOVE = 256L << 20;
    private static final long BYTES_PER_SECOND = 300L << 20;
    private static final long STEP = 16L << 20;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "its name in your folder of the server's recordings, or - for the standard output")
    private String file = "";

    @Option(names = "--live", description = "collect garbage first, and dump only what is left")
    private boolean live;

    @Option(
            names = "--max-pause",
            paramLabel = "TIME",
            description = "give up if the JVM would stand still for longer",
            defaultValue = "1m")
    private Duration maxPause = Duration.ofMinutes(1);

    @Option(names = "--yes", description = "do it also where the heap is large, and the JVM stands still for seconds")
    private boolean yes;

    @Override
    public void check() throws UsageError {
        if (maxPause.compareTo(Duration.ofMinutes(30)) > 0) {
            throw new UsageError("--max-pause: is not between 1ms and 30m");
        }
    }

    @Override
    protected void run(Target target, Context context) throws UsageError, TargetError {
        if (file.equals("-")) {
            WritableByteChannel out = Channels.newChannel(Exporting.standardOutput(context));
            HeapDumpOrder order = order(target, context, Long.MAX_VALUE);
            tell(context.output(), target.profiling().dumpHeapAside(order, out));
            return;
        }
        String name = file.endsWith(ENDING) ? file : file + ENDING;
        try (ExportFolder.Export export = context.recordings().exports().begin(name)) {
            HeapDumpOrder order = order(target, context, export.room());
            HeapDumped dumped = target.profiling().dumpHeap(order, Channels.newChannel(export.bytes()));
            context.output().row(new SavedRow(export.finish()));
            tell(context.output(), dumped);
        } catch (IOException e) {
            throw new TargetError("no dump was saved: " + e.getMessage(), e);
        }
    }

    /** Says what it will take, and refuses what there is no room for. */
    private HeapDumpOrder order(Target target, Context context, long room) throws TargetError {
        long used = target.report().heapUsedBytes();
        String stop = "about " + Humane.nanos(1_000_000_000L * Math.max(1, used * 100 / BYTES_PER_SECOND) / 100);
        Output output = context.output();
        output.notice("a heap of " + Humane.bytes(used) + ": the JVM stands still for " + stop
                + ", as long as it takes to write it" + (live ? ", and collects its garbage before" : ""));
        if (used > room) {
            throw new TargetError("not done: the dump needs about " + Humane.bytes(used) + ", and "
                    + Humane.bytes(Math.max(0, room)) + " of the server's disk may be used");
        }
        if (used > ASK_ABOVE && !yes) {
            throw new TargetError("not done: a heap of " + Humane.bytes(used) + " would stop the JVM for " + stop
                    + "; --yes does it, --max-pause bounds it");
        }
        Cancel cancel = context.cancel();
        long[] told = new long[1];
        return new HeapDumpOrder(live, used, room, maxPause, cancel::cancelled, bytes -> {
            if (bytes - told[0] >= STEP) {
                told[0] = bytes;
                output.progress(Humane.bytes(bytes) + " of about " + Humane.bytes(used));
            }
        });
    }

    private static void tell(Output output, HeapDumped dumped) {
        output.notice(Humane.bytes(dumped.bytes()) + "; the JVM stood still for "
                + Humane.nanos(dumped.stood().toNanos()) + ". What is in it is not masked");
    }
}
