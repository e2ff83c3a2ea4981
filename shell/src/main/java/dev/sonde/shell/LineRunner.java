package dev.sonde.shell;

import dev.sonde.commands.Catalogue;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Line;
import dev.sonde.commands.Lines;
import dev.sonde.commands.Output;
import dev.sonde.commands.Row;
import dev.sonde.commands.TargetPattern;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.catalogue.Commands;
import dev.sonde.commands.catalogue.Completion;
import dev.sonde.commands.debug.AtHit;
import dev.sonde.commands.output.JsonOutput;
import dev.sonde.commands.output.PeopleOutput;
import dev.sonde.commands.output.Printer;
import dev.sonde.commands.output.SafeText;
import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetGone;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
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
 * Nothing is shown before the fourth step, errors of the first three included.
 */
final class LineRunner {

    private static final Logger LOG = Logger.getLogger(LineRunner.class.getName());

    /** What a tab has no use for. */
    private static final Output NOWHERE = new Output() {
        @Override
        public void row(Row row) {}

        @Override
        public void notice(String text) {}
    };

    private final Catalogue catalogue;
    private final Completion completion = new Completion(Commands.all());
    private final Audit audit;
    private final Settings settings;
    private final ScheduledExecutorService timer;
    private final ExecutorService threads;

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
    }

    /**
     * What may follow what is typed so far. A tab is no line, but one that loads the agent into a target is in the audit as
     * one: what was typed, and the tab.
     *
     * @param words as {@link Line#begun} cuts them
     */
    List<Completion.Candidate> complete(Session session, List<String> words) {
        Optional<Login> login = session.login();
        if (login.isEmpty()) {
            return List.of();
        }
        Loading loading = new Loading(session, words);
        try {
            Optional<Target> selected = session.selected();
            if (selected.isPresent()) {
                allow(session, login.get(), selected.get());
            }
            LineContext context = new LineContext(
                    session,
                    selected,
                    NOWHERE,
                    new AtomicLong(),
                    new Cancellation(),
                    Optional::empty,
                    settings.probeLimits(),
                    LineRunner::noLines,
                    LineRunner::noLines);
            return completion.complete(words, context, loading);
        } catch (TargetError e) {
            return List.of();
        } finally {
            loading.end();
        }
    }

    /** Lets a tab load the agent once that is in the audit. */
    private final class Loading implements Predicate<Target> {
        private final Session session;
        private final List<String> words;
        private final long begun = System.nanoTime();
        private @Nullable String id;
        private @Nullable Target target;

        Loading(Session session, List<String> words) {
            this.session = session;
            this.words = words;
        }

        @Override
        public boolean test(Target wanted) {
            String typed = words.stream().map(Line::quoted).collect(Collectors.joining(" ")) + "\t";
            try {
                id = audit.begin(Audit.Begun.of(session, List.of(wanted.id().toString()), typed));
                target = wanted;
                return true;
            } catch (IOException e) {
                LOG.log(Level.SEVERE, "a tab was not in the audit, and asked nothing", e);
                return false;
            }
        }

        /** The agent may still be on its way: a tab does not wait for it. */
        void end() {
            if (id != null && target != null) {
                LineRunner.this.end(
                        id,
                        new Audit.Outcome(
                                target.attached() ? Exit.DONE : Exit.OUT_OF_TIME, millis(begun), 0, 0, 0, null));
            }
        }
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

    private static Lines noLines() {
        throw new IllegalStateException("a tab runs no line");
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

    Catalogue catalogue() {
        return catalogue;
    }

    /** A JVM that a line runs on, before it is opened. */
    private record Place(long pid, String label) {}

    /** What the first three steps come to. */
    private sealed interface Planned permits Plan, Wrong, Nothing {}

    /**
     * A line that may run.
     *
     * @param together once for all places, and not on each
     */
    private record Plan(List<String> words, Catalogue.Invocation invocation, List<Place> places, boolean together)
            implements Planned {}

    /** A line that may not, and why. */
    private record Wrong(Exception why, Optional<Catalogue.Entry> command) implements Planned {}

    /** A blank line or a remark. */
    private record Nothing() implements Planned {}

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
            Planned planned = plan(session, typed);
            if (planned instanceof Nothing) {
                return Exit.DONE;
            }
            List<String> targets = planned instanceof Plan plan
                    ? plan.places.stream().map(Place::label).toList()
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

    private int runAudited(Session session, String id, Planned planned, Answer answer, Printers printers, long begun) {
        Tally tally = new Tally();
        ScheduledFuture<?> deadline = timer.schedule(
                () -> answer.cancellation().cancel(Cancellation.Reason.OUT_OF_TIME),
                settings.get(Settings.LINE_TIMEOUT).toNanos(),
                TimeUnit.NANOSECONDS);
        int[] exit = {Exit.FAILED};
        try {
            answer.patiently(() -> exit[0] = planned instanceof Plan plan
                    ? runPlan(session, id, plan, answer, printers, tally)
                    : planned instanceof Wrong wrong ? refuse(id, wrong, answer, printers, tally) : Exit.DONE);
        } finally {
            deadline.cancel(false);
            answer.close();
            end(
                    id,
                    new Audit.Outcome(
                            exit[0], millis(begun), tally.rows.get(), answer.bytes(), answer.dropped(), tally.error));
        }
        return exit[0];
    }

    private void end(String id, Audit.Outcome outcome) {
        try {
            audit.end(id, outcome);
        } catch (IOException e) {
            LOG.log(Level.SEVERE, "the outcome of line " + id + " is not in the audit", e);
        }
    }

    private static long millis(long since) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    }

    /** The first three steps. */
    private Planned plan(Session session, String typed) {
        Optional<Catalogue.Entry> command = Optional.empty();
        try {
            Optional<Login> login = session.login();
            if (login.isEmpty()) {
                session.leave();
                throw new Failure.Refused(Exit.NOT_GRANTED, "your key may not come in any more");
            }
            Line line = Line.parse(typed);
            if (line.isEmpty()) {
                return new Nothing();
            }
            command = catalogue.find(line.words());
            Catalogue.Invocation invocation = catalogue.parse(line.words());
            if (invocation.help()) {
                return new Plan(line.words(), invocation, List.of(), false);
            }
            Grant needs = invocation.body().needs(invocation.command().needs());
            if (!login.get().grant().covers(needs)) {
                throw new Failure.Refused(
                        Exit.NOT_GRANTED,
                        (needs == invocation.command().needs()
                                        ? invocation.command().name()
                                        : "this " + invocation.command().name())
                                + " needs the grant " + lower(needs) + "; yours is "
                                + lower(login.get().grant()));
            }
            List<Place> places = places(session, login.get(), line, invocation);
            List<String> onAll = places.size() > 1
                    ? invocation.body().onAll(line.target().orElseThrow().text())
                    : List.of();
            if (onAll.isEmpty()) {
                return new Plan(line.words(), invocation, places, false);
            }
            List<String> words = new ArrayList<>(line.words());
            words.addAll(words.contains("--") ? words.indexOf("--") : words.size(), onAll);
            return new Plan(words, catalogue.parse(words), places, true);
        } catch (UsageError | TargetError | Failure.Refused | RuntimeException e) {
            return new Wrong(e, command);
        }
    }

    private static List<Place> places(Session session, Login login, Line line, Catalogue.Invocation invocation)
            throws TargetError {
        if (line.target().isEmpty()) {
            Optional<Target> selected = invocation.command().wantsTarget() ? session.selected() : Optional.empty();
            if (selected.isPresent()) {
                Target target = selected.get();
                allow(session, login, target);
            }
            return selected.map(target ->
                            List.of(new Place(target.id().pid(), target.id().toString())))
                    .orElse(List.of());
        }
        TargetPattern pattern = line.target().get();
        // A pid needs no list of all JVMs, whose making takes longer than what is asked of this one.
        if (login.reachesAll() && pattern.text().matches("\\d{1,10}")) {
            return List.of(new Place(Long.parseLong(pattern.text()), pattern.text()));
        }
        List<JvmProcess> visible =
                session.host().processes().stream().filter(login::reaches).toList();
        List<JvmProcess> found = pattern.select(visible);
        if (found.size() > 1 && invocation.command().name().equals("select")) {
            throw new TargetError(found.size() + " JVMs fit " + pattern.text() + "; one is selected at a time");
        }
        return found.stream()
                .map(process -> new Place(process.id().pid(), process.id().toString()))
                .toList();
    }

    private static void allow(Session session, Login login, Target target) throws TargetError {
        // A glob may be over the main class too, which a target does not tell; the list of all JVMs, which is slow,
        // does.
        if (!login.reaches(target.id().pid(), target.name())
                && session.host().processes().stream()
                        .noneMatch(process -> process.id().equals(target.id()) && login.reaches(process))) {
            throw new TargetError("no JVM with the pid " + target.id().pid() + " that you may reach");
        }
    }

    private int runPlan(Session session, String id, Plan plan, Answer answer, Printers printers, Tally tally) {
        if (plan.invocation.help()) {
            return help(plan.invocation, answer);
        }
        if (plan.places.size() <= 1 || plan.together) {
            Optional<Place> place =
                    plan.places.stream().filter(any -> !plan.together).findFirst();
            Printer printer = printers.of(plan.invocation.json(), place.map(Place::label), false);
            return runOn(session, id, plan.invocation, place, printer, answer, tally);
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
    private int runOnEach(Session session, String id, Plan plan, Answer answer, Printers printers, Tally tally) {
        Semaphore atOnce = new Semaphore(settings.get(Settings.PARALLEL_TARGETS));
        List<Future<Integer>> running = new ArrayList<>();
        for (Place place : plan.places) {
            Printer printer = printers.of(plan.invocation.json(), Optional.of(place.label), true);
            running.add(threads.submit(() -> {
                atOnce.acquire();
                try {
                    int[] exit = {Exit.FAILED};
                    answer.patiently(() -> exit[0] = runOn(
                            session, id, catalogue.parse(plan.words), Optional.of(place), printer, answer, tally));
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
            Optional<Place> place,
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

    private static Target open(Session session, Place place) throws TargetError {
        Target target = session.open(place.pid);
        Optional<Login> login = session.login();
        try {
            allow(session, login.orElseThrow(() -> new TargetError("your key may not come in any more")), target);
        } catch (TargetError e) {
            session.close(target);
            throw e;
        }
        return target;
    }

    private int refuse(String id, Wrong wrong, Answer answer, Printers printers, Tally tally) {
        try (Printer printer = printers.of(false, Optional.empty(), false)) {
            return fail(id, new Failure(wrong.why, wrong.command, false), printer, answer, tally);
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

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
