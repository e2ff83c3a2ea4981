package dev.sonde.commands.guard;

import dev.sonde.commands.Context;
import dev.sonde.commands.Exit;
import dev.sonde.commands.Lines;
import dev.sonde.commands.Output;
import dev.sonde.commands.Row;
import dev.sonde.commands.output.Humane;
import dev.sonde.commands.output.RowValues;
import dev.sonde.jvm.JvmGauges;
import dev.sonde.jvm.JvmProcess;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A guard at work: looks at the JVMs that fit, whichever there are, knows for each rule since when it is true, and runs its
 * playbook when it has come true. One thread at a time looks; any may ask how it stands.
 */
public final class GuardWatch implements AutoCloseable {

    private static final int MOST_JVMS = 50;
    private static final int MOST_FIRINGS = 20;
    private static final Duration FIRINGS_OVER = Duration.ofHours(1);
    private static final Duration LONGEST_RUN = Duration.ofMinutes(15);

    /** Where what a guard finds is kept and told. Called on the threads that look and run. */
    public interface Journal {
        /** The number of the next firing. */
        long next();

        /** A rule came true: to be kept before anything is run, so that it does not come true once more after a restart. */
        void began(Fired fired);

        /** What came of it, and by which ways it is to be told. */
        void ended(Fired fired, Set<Channel> tell);
    }

    private final Guard guard;
    private final Context context;
    private final Journal journal;
    private final Executor runs;
    private final Executor counts;
    private final Map<TargetId, Watched> watched = new LinkedHashMap<>();
    private final Map<String, Instant> lastFired = new HashMap<>();
    private final Map<String, Long> fired = new HashMap<>();
    private final Map<String, Long> running = new HashMap<>();
    private final Deque<Instant> firings = new ArrayDeque<>();
    private final Set<Lines> playing = new HashSet<>();
    private int tooMany;
    private boolean closed;

    /**
     * A guard that has not looked yet.
     *
     * @param context what it acts through: as its login
     * @param before what it found before, oldest first
     * @param runs runs playbooks, as many at once as the server allows its login
     * @param counts runs lines that go on
     */
    public GuardWatch(
            Guard guard, Context context, Journal journal, List<Fired> before, Executor runs, Executor counts) {
        this.guard = guard;
        this.context = context;
        this.journal = journal;
        this.runs = runs;
        this.counts = counts;
        for (Fired one : before) {
            noted(key(one.rule(), one.name()), one.time());
        }
    }

    public Guard guard() {
        return guard;
    }

    private static String key(String rule, String jvm) {
        return rule + '\n' + jvm;
    }

    private void noted(String key, Instant time) {
        lastFired.put(key, time);
        fired.merge(key, 1L, Long::sum);
        firings.addLast(time);
    }

    /** A JVM that is watched: with the handle on it, and what was read last. */
    private final class Watched {
        final TargetId id;
        final String name;
        final Target target;
        final Map<Rule, RuleState> states = new LinkedHashMap<>();
        private final Map<CountOf, CountLine> counting = new HashMap<>();
        private Optional<Lines> lines = Optional.empty();
        private Optional<JvmGauges> before = Optional.empty();

        Watched(JvmProcess jvm, Target target) {
            this.id = jvm.id();
            this.name = jvm.name();
            this.target = target;
            guard.rules().forEach(rule -> states.put(rule, new RuleState(rule)));
        }

        /** The rules that have come true. */
        List<Rule> look(long nanos) throws TargetError {
            JvmGauges now = target.gauges();
            Map<String, Object> values = Gauge.read(before, now);
            before = Optional.of(now);
            List<Rule> due = new ArrayList<>();
            states.forEach((rule, state) -> {
                Optional<String> missing = count(rule, values, nanos);
                if (missing.isPresent()) {
                    state.unknown(missing.get());
                } else if (state.look(values, nanos)) {
                    due.add(rule);
                }
            });
            return due;
        }

        /** Adds what the rule counts to the values; says why it cannot. */
        private Optional<String> count(Rule rule, Map<String, Object> values, long nanos) {
            for (CountOf count : rule.condition().counts()) {
                if (lines.isEmpty()) {
                    lines = Optional.of(context.lines());
                }
                Lines through = lines.get();
                CountLine line = counting.computeIfAbsent(
                        count, each -> new CountLine(id.toString(), each, guard.every(), through, counts));
                Optional<Map<String, Double>> counted = line.look(nanos);
                if (counted.isEmpty()) {
                    return Optional.of(line.problem());
                }
                values.put(count.variable(), counted.get());
            }
            return Optional.empty();
        }

        void end() {
            lines.ifPresent(Lines::close);
            context.close(target);
        }
    }

    /** Looks once at every JVM that fits. */
    public void look() {
        List<JvmProcess> fitting = guard.on().among(context.visible());
        List<Watched> gone = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            tooMany = Math.max(0, fitting.size() - MOST_JVMS);
            List<JvmProcess> these = fitting.subList(0, Math.min(MOST_JVMS, fitting.size()));
            watched.values().removeIf(each -> {
                boolean there = these.stream().anyMatch(jvm -> jvm.id().equals(each.id));
                return !there && gone.add(each);
            });
            for (JvmProcess jvm : these) {
                look(jvm, gone);
            }
        }
        gone.forEach(Watched::end);
    }

    private void look(JvmProcess jvm, List<Watched> gone) {
        try {
            Watched one = watched.get(jvm.id());
            if (one == null) {
                one = new Watched(jvm, context.open(jvm));
                watched.put(jvm.id(), one);
            }
            for (Rule rule : one.look(System.nanoTime())) {
                fire(rule, one);
            }
        } catch (TargetError e) {
            Watched lost = watched.remove(jvm.id());
            if (lost != null) {
                gone.add(lost); // it ended, or will be opened anew at the next look
            }
        }
    }

    private void fire(Rule rule, Watched on) {
        String key = key(rule.name(), on.name);
        Instant now = Instant.now();
        firings.removeIf(time -> time.isBefore(now.minus(FIRINGS_OVER)));
        if (running.containsKey(key) || coolingUntil(rule, key).isAfter(now) || firings.size() >= MOST_FIRINGS) {
            return;
        }
        RuleState state = on.states.get(rule);
        if (state == null) {
            return;
        }
        long number = journal.next();
        Fired begun = new Fired(
                number,
                now,
                guard.name(),
                rule.name(),
                rule.condition().text(),
                context.login(),
                on.id.toString(),
                on.name,
                state.value(),
                state.shown(),
                state.held(),
                rule.play().map(play -> "play " + play),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
        noted(key, now);
        running.put(key, number);
        try {
            runs.execute(() -> run(begun, rule, key));
        } catch (RejectedExecutionException e) {
            running.remove(key);
            journal.ended(
                    begun.ended(
                            "not run",
                            List.of(),
                            Optional.empty(),
                            Optional.of("too many playbooks of this login's guards are waiting"),
                            Optional.empty()),
                    rule.tell());
        }
    }

    private Instant coolingUntil(Rule rule, String key) {
        return Optional.ofNullable(lastFired.get(key))
                .map(time -> time.plus(rule.coolDown()))
                .orElse(Instant.MIN);
    }

    private void run(Fired begun, Rule rule, String key) {
        try {
            journal.began(begun);
            journal.ended(rule.play().isPresent() ? played(begun, rule.play().get()) : begun, rule.tell());
        } finally {
            synchronized (this) {
                running.remove(key);
            }
        }
    }

    /** Runs the playbook, through the frame of every line. */
    private Fired played(Fired begun, String play) {
        String report = begun.number() + ".html";
        List<Map<?, ?>> verdicts = new ArrayList<>();
        Output output = new Output() {
            @Override
            public void row(Row row) {
                if (row.type().equals("run")) {
                    synchronized (verdicts) {
                        verdicts.add(RowValues.of(row, ZoneOffset.UTC));
                    }
                }
            }

            @Override
            public void notice(String text) {}
        };
        Lines.Ended end;
        try (Lines lines = context.lines()) {
            boolean late;
            synchronized (this) {
                late = closed || !playing.add(lines);
            }
            if (late) {
                return begun.ended("ended", List.of(), Optional.empty(), Optional.empty(), Optional.empty());
            }
            end = lines.run("@" + begun.target() + " play --report " + report + " " + play, output, LONGEST_RUN);
            synchronized (this) {
                playing.remove(lines);
            }
        }
        Map<?, ?> verdict = verdicts.isEmpty() ? Map.of() : verdicts.get(0);
        List<Fired.Found> found = new ArrayList<>();
        if (verdict.get("findings") instanceof List<?> findings) {
            findings.forEach(each -> found.add(Fired.found((Map<?, ?>) each)));
        }
        String how = verdict.isEmpty()
                ? words(end.exit())
                : String.valueOf(verdict.get("outcome")).replace('_', ' ');
        return begun.ended(
                how,
                found,
                Optional.ofNullable(verdict.get("held")).map(String::valueOf),
                verdict.isEmpty() ? end.error() : Optional.empty(),
                verdict.isEmpty() ? Optional.empty() : Optional.of(report));
    }

    private static String words(int exit) {
        return switch (exit) {
            case Exit.USAGE -> "wrong";
            case Exit.GONE -> "lost";
            case Exit.NOT_GRANTED -> "not granted";
            case Exit.OUT_OF_TIME -> "out of time";
            case Exit.INTERRUPTED -> "ended";
            default -> "not run";
        };
    }

    /** How each rule stands on each JVM. */
    public synchronized List<Guards.Standing> standings() {
        List<Guards.Standing> all = new ArrayList<>();
        for (Rule rule : guard.rules()) {
            for (Watched one : watched.values()) {
                RuleState state = one.states.get(rule);
                if (state != null) {
                    all.add(standing(rule, one, state));
                }
            }
        }
        if (watched.isEmpty()) {
            String none = "no JVM is called " + guard.on().text();
            for (Rule rule : guard.rules()) {
                all.add(new Guards.Standing(
                        rule.name(),
                        rule.condition().text(),
                        Optional.empty(),
                        Optional.empty(),
                        Guards.State.WAITING,
                        none,
                        OptionalDouble.empty(),
                        "",
                        fired.entrySet().stream()
                                .filter(each -> each.getKey().startsWith(rule.name() + "\n"))
                                .mapToLong(Map.Entry::getValue)
                                .sum(),
                        lastFired.entrySet().stream()
                                .filter(each -> each.getKey().startsWith(rule.name() + "\n"))
                                .map(Map.Entry::getValue)
                                .max(Instant::compareTo)));
            }
        }
        return all;
    }

    private Guards.Standing standing(Rule rule, Watched one, RuleState state) {
        String key = key(rule.name(), one.name);
        Instant now = Instant.now();
        Instant until = coolingUntil(rule, key);
        Guards.State how = state.state();
        String detail = state.detail();
        if (running.containsKey(key)) {
            how = Guards.State.RUNS;
            detail = rule.play().map(play -> "play " + play).orElse("");
        } else if (how == Guards.State.TRUE && until.isAfter(now)) {
            how = Guards.State.COOLING;
            detail = "for " + Humane.duration(Duration.between(now, until).plusSeconds(1));
        } else if (how == Guards.State.TRUE && firings.size() >= MOST_FIRINGS) {
            detail = "held back: " + MOST_FIRINGS + " times in an hour";
        }
        return new Guards.Standing(
                rule.name(),
                rule.condition().text(),
                Optional.of(one.id.toString()),
                Optional.of(one.name),
                how,
                detail,
                state.value(),
                state.shown(),
                fired.getOrDefault(key, 0L),
                Optional.ofNullable(lastFired.get(key)));
    }

    /** How many JVMs fit that are not looked at, because there are too many. */
    public synchronized int tooMany() {
        return tooMany;
    }

    /** Ends what it counts and plays, and gives its JVMs back. Idempotent. */
    @Override
    public void close() {
        List<Watched> all;
        List<Lines> ending;
        synchronized (this) {
            closed = true;
            all = List.copyOf(watched.values());
            watched.clear();
            ending = List.copyOf(playing);
        }
        ending.forEach(Lines::close);
        all.forEach(Watched::end);
    }
}
