package dev.sonde.shell;

import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Lines;
import dev.sonde.commands.Output;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.debug.AtHit;
import dev.sonde.commands.output.JsonOutput;
import dev.sonde.commands.output.PeopleOutput;
import dev.sonde.commands.output.Printer;
import dev.sonde.commands.output.SafeText;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetGone;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a line, for every command and every front door, in this order:
 *
 * <ol>
 *   <li>it is parsed: a line that is wrong touches nothing;
 *   <li>its targets are found;
 *   <li>the login's grant and targets are checked;
 *   <li>it is written to the audit; a line that cannot be is refused;
 *   <li>it runs, on several targets at the same time;
 *   <li>its outcome is written to the audit.
 * </ol>
 *
 * The first three are {@link LinePlan}. Nothing is shown before the fourth, their errors included.
 */
final class LineRunner {

    private static final Logger LOG = Logger.getLogger(LineRunner.class.getName());

    private final Catalogue catalogue;
    private final Audit audit;
    private final Settings settings;
    private final ScheduledExecutorService timer;
    private final ExecutorService threads;
    private final Tabs tabs;

    LineRunner(
            Catalogue catalogue,
            Audit audit,
            Settings settings,
            ScheduledExecutorService timer,
            ExecutorService threads) {
        this.catalogue = catalogue;
        this.audit = audit;
        this.settings = settings;
        this.timer = timer;
        this.threads = threads;
        this.tabs = new Tabs(audit, settings);
    }

    /** Runs what is not part of a line, and may wait for a target. */
    void later(Runnable work) {
        threads.execute(work);
    }

    /**
     * Runs what may wait for a reader, each second.
     *
     * @return what ends it
     */
    Runnable eachSecond(Runnable work) {
        ScheduledFuture<?> running = timer.scheduleAtFixedRate(() -> later(work), 1, 1, TimeUnit.SECONDS);
        return () -> running.cancel(false);
    }

    private Lines further(Session session, boolean own, Cancellation asking) {
        return new FurtherLines(this, session, own, asking, timer);
    }

    /** Runs the lines of a breakpoint where no command waits for its stops. */
    void atHit(Session session, Debugger.Stands stands, Output output) {
        try (Lines lines = further(session, false, new Cancellation())) {
            AtHit.run(stands, session.debugger(), lines, output);
        }
    }

    /** What a tab completes, which is no line. */
    Tabs tabs() {
        return tabs;
    }

    Catalogue catalogue() {
        return catalogue;
    }

    /** What a line did, as it comes together on several threads. */
    private static final class Tally {
        final AtomicLong rows = new AtomicLong();
        volatile @Nullable String error;
    }

    /**
     * Runs one line to its end.
     *
     * @return its exit code
     */
    int run(Session session, String typed, Answer answer) {
        return run(
                session,
                typed,
                answer,
                (json, label, ofSeveral) -> json
                        ? new JsonOutput(
                                answer.data(),
                                answer.rest(),
                                label,
                                answer.screen().zone())
                        : new PeopleOutput(
                                answer.data(), answer.rest(), answer.screen(), ofSeveral ? label.orElse("") : ""));
    }

    /** The same for a line whose rows go elsewhere than to the reader of the answer. */
    int run(Session session, String typed, Answer answer, Printers printers) {
        long begun = System.nanoTime();
        session.runs(answer.cancellation());
        session.debugger().writesTo(audit.journal(session));
        try {
            LinePlan planned = LinePlan.of(session, typed, catalogue);
            if (planned instanceof LinePlan.Nothing) {
                return Exit.DONE;
            }
            List<String> targets = planned instanceof LinePlan.Allowed plan
                    ? plan.places().stream().map(LinePlan.Place::label).toList()
                    : List.of();
            String id;
            try {
                id = audit.begin(Audit.Begun.of(session, targets, typed));
            } catch (IOException e) {
                LOG.log(Level.SEVERE, "a line was refused", e);
                answer.rest().line("the line is refused: " + SafeText.of(String.valueOf(e.getMessage())));
                return Exit.FAILED;
            }
            return runAudited(session, id, planned, answer, printers, begun);
        } finally {
            session.runsNoMore(answer.cancellation());
        }
    }

    private int runAudited(Session session, String id, LinePlan planned, Answer answer, Printers printers, long begun) {
        Tally tally = new Tally();
        ScheduledFuture<?> deadline = timer.schedule(
                () -> answer.cancellation().cancel(Cancellation.Reason.OUT_OF_TIME),
                settings.get(Settings.LINE_TIMEOUT).toNanos(),
                TimeUnit.NANOSECONDS);
        int[] exit = {Exit.FAILED};
        try {
            answer.patiently(() -> exit[0] = planned instanceof LinePlan.Allowed plan
                    ? runPlan(session, id, plan, answer, printers, tally)
                    : planned instanceof LinePlan.Wrong wrong ? refuse(id, wrong, answer, printers, tally) : Exit.DONE);
        } finally {
            deadline.cancel(false);
            answer.close();
            audit.end(
                    id,
                    new Audit.Outcome(
                            exit[0], millis(begun), tally.rows.get(), answer.bytes(), answer.dropped(), tally.error));
        }
        return exit[0];
    }

    private static long millis(long since) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    }

    private int runPlan(
            Session session, String id, LinePlan.Allowed plan, Answer answer, Printers printers, Tally tally) {
        if (plan.invocation().help()) {
            return help(plan.invocation(), answer);
        }
        if (plan.places().size() <= 1 || plan.together()) {
            Optional<LinePlan.Place> place =
                    plan.places().stream().filter(any -> !plan.together()).findFirst();
            Printer printer = printers.of(plan.invocation().json(), place.map(LinePlan.Place::label), false);
            return runOn(session, id, plan.invocation(), place, printer, answer, tally);
        }
        return runOnEach(session, id, plan, answer, printers, tally);
    }

    private int help(Catalogue.Invocation invocation, Answer answer) {
        try {
            int columns = answer.screen().columns().orElse(80);
            catalogue.help(invocation.command().name(), columns).lines().forEach(answer.data()::line);
            return Exit.DONE;
        } catch (UsageError e) {
            throw new IllegalStateException(
                    "no help for " + invocation.command().name(), e);
        }
    }

    /** Several targets at the same time, so many at once as is allowed; the exit code is the first that is not 0. */
    private int runOnEach(
            Session session, String id, LinePlan.Allowed plan, Answer answer, Printers printers, Tally tally) {
        Semaphore atOnce = new Semaphore(settings.get(Settings.PARALLEL_TARGETS));
        List<Future<Integer>> running = new ArrayList<>();
        for (LinePlan.Place place : plan.places()) {
            Printer printer = printers.of(plan.invocation().json(), Optional.of(place.label()), true);
            running.add(threads.submit(() -> {
                atOnce.acquire();
                try {
                    int[] exit = {Exit.FAILED};
                    answer.patiently(() -> exit[0] = runOn(
                            session, id, catalogue.parse(plan.line()), Optional.of(place), printer, answer, tally));
                    return exit[0];
                } finally {
                    atOnce.release();
                }
            }));
        }
        int first = Exit.DONE;
        for (Future<Integer> one : running) {
            int exit;
            try {
                exit = one.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                exit = Exit.INTERRUPTED;
            } catch (ExecutionException e) {
                exit = note(Failure.internal(id, e.getCause() == null ? e : e.getCause(), answer), tally);
            }
            if (first == Exit.DONE) {
                first = exit;
            }
        }
        return first;
    }

    /** Makes what a line's rows go to. */
    interface Printers {
        /**
         * For the rows of one target.
         *
         * @param label what the target is called, if there is one
         */
        Printer of(boolean json, Optional<String> label, boolean ofSeveral);
    }

    private int runOn(
            Session session,
            String id,
            Catalogue.Invocation invocation,
            Optional<LinePlan.Place> place,
            Printer printer,
            Answer answer,
            Tally tally) {
        Optional<Target> target = Optional.empty();
        int exit;
        try (printer) {
            try {
                if (answer.cancellation().cancelled()) {
                    return answer.cancellation().exit().orElse(Exit.INTERRUPTED);
                }
                if (place.isPresent()) {
                    target = Optional.of(open(session, place.get()));
                }
                invocation
                        .body()
                        .run(new LineContext(
                                session,
                                target,
                                printer,
                                tally.rows,
                                answer.cancellation(),
                                answer::bytesOut,
                                settings.probeLimits(),
                                () -> further(session.further(), true, answer.cancellation()),
                                () -> further(session, false, answer.cancellation())));
                exit = Exit.DONE;
            } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError | AssertionError e) {
                if (e instanceof TargetGone && target.isPresent()) {
                    // It may be the link that is gone and not the JVM: a handle that is kept would keep the next agent
                    // in.
                    session.close(target.get());
                }
                exit = fail(
                        id,
                        new Failure(e, Optional.of(invocation.command()), invocation.json()),
                        printer,
                        answer,
                        tally);
            }
        }
        OptionalInt cancelled = answer.cancellation().exit();
        return cancelled.orElse(exit);
    }

    private static Target open(Session session, LinePlan.Place place) throws TargetError {
        Target target = session.open(place.pid());
        Optional<Login> login = session.login();
        try {
            session.allow(login.orElseThrow(() -> new TargetError("your key may not come in any more")), target);
        } catch (TargetError e) {
            session.close(target);
            throw e;
        }
        return target;
    }

    private int refuse(String id, LinePlan.Wrong wrong, Answer answer, Printers printers, Tally tally) {
        try (Printer printer = printers.of(false, Optional.empty(), false)) {
            return fail(id, new Failure(wrong.why(), wrong.command(), false), printer, answer, tally);
        }
    }

    private static int fail(String id, Failure failure, Printer printer, Answer answer, Tally tally) {
        return note(failure.tell(id, printer, answer), tally);
    }

    private static int note(Failure.Told told, Tally tally) {
        if (tally.error == null) {
            tally.error = told.error();
        }
        return told.exit();
    }
}
