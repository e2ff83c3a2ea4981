package dev.sonde.commands.threads;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Output;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.ThreadQuery;
import dev.sonde.jvm.ThreadReport;
import dev.sonde.jvm.ThreadReport.JvmThread;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code threads}: who is running, who waits, and where. */
@Command(name = "threads", description = "show threads and stacks: deadlocks first, then the busiest")
@Needs(Grant.OBSERVE)
@Gives({ThreadStack.class, ThreadLine.class, AlikeThreads.class, Deadlock.class, LockTree.BlockedThread.class})
@Example("threads --top 5 --depth 4")
@Example("threads --group")
@Example("threads --blocked")
@Example("threads --state timed_waiting --depth 0")
@Example("threads 'load-*'")
final class ThreadsCommand extends TargetCommand {

    @Parameters(
            paramLabel = "NAME-GLOB|ID",
            arity = "0..1",
            description = "only threads of that name, * and ? stand for anything; or the one with that id")
    private Optional<String> which = Optional.empty();

    @Option(names = "--top", paramLabel = "N", description = "only the N busiest")
    private Optional<Integer> top = Optional.empty();

    @Option(names = "--state", paramLabel = "S", description = "only threads in this state")
    private Optional<Thread.State> state = Optional.empty();

    @Option(names = "--group", description = "fold threads with the same stack, and count them")
    private boolean group;

    @Option(names = "--blocked", description = "only who waits for a lock, below the thread that holds it")
    private boolean blocked;

    @Option(
            names = "--depth",
            paramLabel = "D",
            description = "frames to show per thread; 0 shows a table",
            defaultValue = "16")
    private int depth;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            description = "over which CPU and allocation are measured",
            defaultValue = "500ms")
    private Duration interval = Duration.ofMillis(500);

    @Option(names = "--platform", description = "leave virtual threads out, which are slow to list when there are many")
    private boolean platform;

    @Override
    public void check() throws UsageError {
        if (group && blocked) {
            throw new UsageError("either --group or --blocked is accepted");
        }
        if (interval.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new UsageError("--interval: is not between 1ms and 1m");
        }
    }

    @Override
    protected void run(Target target, Context context) throws TargetError {
        Output output = context.output();
        boolean ratesWanted = !group && !blocked;
        ThreadReport report = target.threads(new ThreadQuery(ratesWanted ? interval : Duration.ZERO, !platform));
        report.notices().forEach(output::notice);
        report.deadlocks().forEach(cycle -> output.row(Deadlock.of(cycle, report.threads())));
        List<JvmThread> threads = chosen(report);
        if (threads.isEmpty()) {
            output.notice("no thread fits, of " + report.threads().size());
        } else if (blocked) {
            blocked(report, threads, output);
        } else if (group) {
            groups(threads.stream()).forEach(output::row);
        } else {
            each(threads, output);
        }
    }

    private static void blocked(ThreadReport report, List<JvmThread> threads, Output output) {
        List<LockTree.BlockedThread> trees = LockTree.of(report.threads(), threads);
        trees.forEach(output::row);
        if (trees.isEmpty()) {
            output.notice("no thread waits for a lock that another holds");
        }
    }

    private List<JvmThread> chosen(ThreadReport report) {
        Stream<JvmThread> chosen = report.threads().stream()
                .filter(thread -> state.isEmpty() || thread.state().equals(state))
                .filter(thread -> which.isEmpty() || ThreadName.fits(which.get(), thread))
                .sorted(Comparator.comparingDouble(
                                (JvmThread thread) -> -thread.cpuPercent().orElse(0))
                        .thenComparingLong(thread -> thread.id().orElse(Long.MAX_VALUE)));
        return (top.isPresent() && !group && !blocked ? chosen.limit(top.get()) : chosen).toList();
    }

    /** Virtual threads may be a million: unless asked for by name, they are told in groups. */
    private void each(List<JvmThread> threads, Output output) {
        boolean fold = which.isEmpty();
        threads.stream()
                .filter(thread -> !fold || !thread.virtual())
                .forEach(thread -> output.row(depth == 0 ? ThreadLine.of(thread) : ThreadStack.of(thread, depth)));
        if (fold) {
            groups(threads.stream().filter(JvmThread::virtual)).forEach(output::row);
        }
    }

    private Stream<AlikeThreads> groups(Stream<JvmThread> threads) {
        Map<Boolean, List<JvmThread>> keepHouse = threads.collect(
                Collectors.partitioningBy(thread -> !thread.virtual() && Frames.keepHouse(thread.frames())));
        Stream<AlikeThreads> alike = keepHouse.getOrDefault(false, List.of()).stream()
                .collect(Collectors.groupingBy(thread -> List.of(thread.frames(), thread.state(), thread.virtual())))
                .values()
                .stream()
                .map(group -> AlikeThreads.of(group, depth))
                .sorted(Comparator.comparing(AlikeThreads::count, Comparator.reverseOrder())
                        .thenComparing(AlikeThreads::at));
        // Of least interest, so they are one group, and the last.
        List<JvmThread> own = keepHouse.getOrDefault(true, List.of());
        return Stream.concat(alike, own.isEmpty() ? Stream.of() : Stream.of(AlikeThreads.housekeeping(own)))
                .limit(top.orElse(Integer.MAX_VALUE));
    }
}
