package dev.sonde.exploration;

import dev.sonde.jvm.Hit;
import dev.sonde.jvm.LocalHost;
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.ProbeListener;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ClassModel;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.Limits;
import dev.sonde.wire.ProbeCounters;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs a subject without us and with a probe of every kind on every method, and compares. All of it goes the way that a
 * user's probe goes: a real JVM, the real agent, the real weaver; hooks are linked, conditions are evaluated, hits are captured
 * and sent.
 *
 * <p>The classes are loaded first, so that every call is seen from the first on; {@code later} leaves the loading to the
 * program, and the probes wait for it: it runs twice then, the second time when all that the first has loaded is woven.
 */
final class Exploration {

    /** Shown hits a second, of all probes of one kind: enough to capture something of everything, and the run still ends. */
    private static final int HITS_PER_SECOND = 6_000;

    /** Without a budget: what trips is not proven. */
    private static final Limits LIMITS = new Limits(2, 12, 8, 64, 8 << 10, 400).withBudget(0);

    /** With more methods each of them gets one probe, each part of the library another kind, unless all are asked for. */
    private static final int ALL_KINDS_UP_TO = 2_000;

    private final Path room;
    private final Path jdk;
    private final int feature;
    private final int runs;
    private final boolean later;
    private final boolean allKinds;
    private final boolean lines;
    private final Duration patience;

    /**
     * @param runs with and without each; twice as many when something differs
     * @param lines whether the probes are at every line instead of on every method, and capture at each execution
     */
    Exploration(
            Path room,
            Path jdk,
            int feature,
            int runs,
            boolean later,
            boolean allKinds,
            boolean lines,
            Duration patience) {
        this.room = room;
        this.jdk = jdk;
        this.feature = feature;
        this.runs = runs;
        this.later = later;
        this.allKinds = allKinds;
        this.lines = lines;
        this.patience = patience;
    }

    /** How the tests ended, or what the driver printed, by name or number of line. */
    private record Ran(Map<String, String> outcomes, long millis) {}

    /** What the probes saw in one run. */
    private static final class Seen implements ProbeListener {
        final List<Probe> probes = new ArrayList<>();
        final Set<String> sites = new HashSet<>();
        final Map<String, String> refused = new LinkedHashMap<>();
        final List<String> faults = new CopyOnWriteArrayList<>();
        volatile boolean closing;
        int classes;
        int missing;
        long hits;
        long sent;
        long errors;
        long weaveMillis;

        @Override
        public void hit(Hit hit) {}

        @Override
        public void notice(String text) {
            if (!text.startsWith("armed on ")) {
                fault("notice: " + text);
            }
        }

        @Override
        public void ended(String reason, ProbeCounters counters) {
            if (!closing) {
                fault("a probe ended: " + reason);
            }
        }

        void fault(String what) {
            if (faults.size() < 100 && !faults.contains(what)) {
                faults.add(what);
            }
        }
    }

    Findings explore(Subject subject) throws IOException, InterruptedException {
        Map<String, ClassModel> models = subject.models(jdk, feature);
        Files.createDirectories(room);
        Seen seen = new Seen();
        List<Ran> without = new ArrayList<>();
        List<Ran> with = new ArrayList<>();
        Map<String, String> changed = new TreeMap<>();
        Set<String> flaky = new HashSet<>();
        for (int again = 0; again < 2 && (again == 0 || !changed.isEmpty()); again++) {
            for (int i = 0; i < runs; i++) {
                without.add(run(subject, models, null));
                try {
                    with.add(run(subject, models, seen));
                } catch (IOException e) {
                    seen.fault("the JVM that was woven " + e.getMessage());
                }
            }
            changed.clear();
            flaky.clear();
            compare(without, with, changed, flaky);
        }
        return findings(subject, models, seen, without, with, changed, flaky);
    }

    private static void compare(List<Ran> without, List<Ran> with, Map<String, String> changed, Set<String> flaky) {
        Set<String> names = new LinkedHashSet<>();
        without.forEach(ran -> names.addAll(ran.outcomes.keySet()));
        with.forEach(ran -> names.addAll(ran.outcomes.keySet()));
        for (String name : names) {
            Set<String> before = outcomes(without, name);
            Set<String> after = outcomes(with, name);
            if (before.equals(after) && before.size() == 1) {
                continue;
            }
            // One that went both ways by itself, or went as before at least once, is not ours.
            if (before.size() > 1 || after.stream().anyMatch(before::contains)) {
                flaky.add(name);
            } else if (!after.isEmpty()) {
                changed.put(name, before + " became " + after);
            }
        }
    }

    private static Set<String> outcomes(List<Ran> runs, String name) {
        return runs.stream()
                .map(ran -> ran.outcomes.getOrDefault(name, "nothing"))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Optional<LineCount> lines(Subject subject, Map<String, ClassModel> models, Seen seen) throws IOException {
        if (!lines) {
            return Optional.empty();
        }
        List<LineCount> counts = new ArrayList<>();
        subject.classFiles(jdk, feature).forEach((name, file) -> {
            ClassModel model = models.get(name);
            if (model != null && loaded.contains(name)) {
                counts.add(LineCount.of(name, file, seen.sites, method -> model.method(method)
                        .map(ClassModel.Method::human)
                        .orElse("")));
            }
        });
        return Optional.of(LineCount.sum(counts));
    }

    private Findings findings(
            Subject subject,
            Map<String, ClassModel> models,
            Seen seen,
            List<Ran> without,
            List<Ran> with,
            Map<String, String> changed,
            Set<String> flaky)
            throws IOException {
        Set<String> probed = new HashSet<>();
        seen.sites.forEach(site -> probed.add(lines ? site.replaceFirst(":\\d+$", "") : site));
        int methods = 0;
        int woven = 0;
        Map<String, Integer> refused = new TreeMap<>();
        List<String> refusedMethods = new ArrayList<>();
        for (ClassModel model : models.values()) {
            for (ClassModel.Method method : model.methods()) {
                String label = model.name() + "." + method.human();
                if (!method.hasCode() || !loaded.contains(model.name())) {
                    continue;
                }
                methods++;
                String why = seen.refused.get(label);
                if (why == null && probed.contains(label)) {
                    woven++;
                    continue;
                }
                why = why == null ? "no probe was put on it" : why;
                refused.merge(why.replaceAll("\\d+", "N"), 1, Integer::sum);
                refusedMethods.add(label + ": " + why);
            }
        }
        int timesWoven = Math.max(1, with.size());
        return new Findings(
                subject.name(),
                String.valueOf(feature),
                seen.classes,
                seen.missing,
                methods,
                woven,
                refused,
                refusedMethods,
                without.get(0).outcomes.size(),
                flaky.size(),
                changed.entrySet().stream()
                        .map(each -> each.getKey() + ": " + each.getValue())
                        .toList(),
                seen.hits / timesWoven,
                seen.sent / timesWoven,
                seen.errors / timesWoven,
                seen.faults,
                seen.weaveMillis / timesWoven,
                without.stream().mapToLong(Ran::millis).min().orElse(0),
                with.stream().mapToLong(Ran::millis).min().orElse(0),
                lines(subject, models, seen));
    }

    /** Classes that could be loaded in the last run. */
    private final Set<String> loaded = new HashSet<>();

    /** One run in a JVM of its own; with probes when there is a {@code seen}. */
    private Ran run(Subject subject, Map<String, ClassModel> models, @Nullable Seen seen)
            throws IOException, InterruptedException {
        Path outcome = Files.createTempFile(room, "outcome", ".txt");
        Path names = room.resolve("classes.txt");
        Files.write(names, later ? List.of() : models.keySet());
        Path tests = room.resolve("tests.txt");
        Files.write(tests, subject.tests());
        try (Fork fork = new Fork(command(subject, outcome, names, tests))) {
            String[] ready = fork.await("READY", patience).split(" ", -1);
            long millis;
            if (seen == null) {
                if (later) {
                    go(fork);
                }
                millis = go(fork);
            } else {
                seen.missing = Integer.parseInt(ready[2]);
                millis = probed(models, fork, seen);
            }
            return new Ran(read(outcome, !subject.tests().isEmpty()), millis);
        }
    }

    private List<String> command(Subject subject, Path outcome, Path names, Path tests) {
        List<Path> classPath = new ArrayList<>();
        classPath.add(Subject.origin(Inside.class));
        classPath.addAll(subject.classPath());
        List<String> command = new ArrayList<>(List.of(
                jdk.resolve("bin/java").toString(),
                // The classes of the boot loader too.
                "-Xverify:all",
                "-Xmx2g",
                "-Xss4m",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Duser.language=en",
                "-Duser.timezone=UTC",
                "-Dfile.encoding=UTF-8"));
        command.addAll(subject.jvmOptions());
        command.addAll(List.of(
                "-cp",
                classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                Inside.class.getName(),
                outcome.toString(),
                names.toString()));
        command.addAll(
                subject.tests().isEmpty() ? List.of("driver", subject.driver()) : List.of("tests", tests.toString()));
        return command;
    }

    private long probed(Map<String, ClassModel> models, Fork fork, Seen seen) throws IOException, InterruptedException {
        Map<String, Integer> sizes = new TreeMap<>();
        models.forEach((name, model) -> sizes.put(
                name,
                model.methods().stream()
                        .filter(ClassModel.Method::hasCode)
                        .mapToInt(method -> lines ? 1 + method.lastLine() - method.firstLine() : 1)
                        .sum()));
        List<String> parts = Parts.of(sizes);
        seen.closing = false;
        try (LocalHost host = LocalHost.open(room.resolve("home"));
                Target target = host.open(fork.pid(), "explore")) {
            long began = System.nanoTime();
            boolean few = sizes.values().stream().mapToInt(Integer::intValue).sum() <= ALL_KINDS_UP_TO;
            for (int i = 0; i < parts.size(); i++) {
                if (lines) {
                    arm(target, atLines(parts.get(i)), seen);
                    continue;
                }
                List<ProbeSpec> kinds = kinds(parts.get(i), Math.max(20, HITS_PER_SECOND / parts.size()));
                for (ProbeSpec spec : few || allKinds ? kinds : kinds.subList(i % kinds.size(), i % kinds.size() + 1)) {
                    arm(target, spec, seen);
                }
            }
            seen.weaveMillis += (System.nanoTime() - began) / 1_000_000;
            if (later) {
                go(fork);
                catchUp(target, parts, models, seen);
            }
            long millis = go(fork);
            take(target, parts, models, seen);
            seen.closing = true;
            return millis;
        } catch (TargetError e) {
            throw new IOException("the target said no: " + e.getMessage() + "; " + fork.lastLines(), e);
        } finally {
            seen.closing = true;
        }
    }

    /** Runs it once, and says how long it took. */
    private long go(Fork fork) throws IOException, InterruptedException {
        fork.say("go");
        return Long.parseLong(fork.await("DONE", patience).substring("DONE ".length()));
    }

    /** Waits until each method of what has loaded has its hooks, or a reason to have none. */
    private void catchUp(Target target, List<String> parts, Map<String, ClassModel> models, Seen seen)
            throws TargetError, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean behind = true;
        while (behind && System.nanoTime() < deadline) {
            Thread.sleep(100);
            load(target, parts, models);
            Set<String> known = new HashSet<>();
            for (Probe probe : seen.probes) {
                known.addAll(probe.sites());
                probe.refused().forEach(line -> known.add(line.substring(0, line.indexOf(": "))));
            }
            behind = loaded.stream().map(models::get).anyMatch(model -> model.methods().stream()
                    .anyMatch(method -> method.hasCode() && !known.contains(model.name() + "." + method.human())));
        }
    }

    private void load(Target target, List<String> parts, Map<String, ClassModel> models) throws TargetError {
        loaded.clear();
        for (String part : parts) {
            target.classes(part, 1_000).forEach(type -> {
                if (models.containsKey(type.name())) {
                    loaded.add(type.name());
                }
            });
        }
    }

    private void arm(Target target, ProbeSpec spec, Seen seen) throws TargetError {
        try {
            seen.probes.add(target.arm(spec, seen));
        } catch (ExpressionError e) {
            seen.fault("an expression was refused: " + e.getMessage());
        } catch (TargetError e) {
            if (!target.attached()) {
                throw e;
            }
            seen.fault("a probe was refused: " + spec.classGlob() + ": " + e.getMessage());
        }
    }

    /**
     * What is put on each method: a watch that decides when the call ends and shows this, arguments and result; a watch that
     * reads all arguments on entry, in the interpreter, and shows expressions; and a count.
     */
    private List<ProbeSpec> kinds(String glob, int rate) {
        Set<ProbeSpec.Event> exits = Set.of(ProbeSpec.Event.RETURN, ProbeSpec.Event.THROW);
        return List.of(
                spec(ProbeSpec.Kind.WATCH, glob, List.of(), Optional.of("cost >= 0.0 && thread != ''"), exits, rate),
                spec(
                        ProbeSpec.Kind.WATCH,
                        glob,
                        List.of("args", "thread", "cost"),
                        Optional.of("size(args) < 300 && thread != 'nobody'"),
                        Set.of(ProbeSpec.Event.values()),
                        rate),
                spec(ProbeSpec.Kind.COUNT, glob, List.of(), Optional.empty(), Set.of(), 0));
    }

    /** All that is there at each line of all methods, each time. */
    private ProbeSpec atLines(String glob) {
        return spec(ProbeSpec.Kind.SNAP, glob, List.of(), Optional.empty(), Set.of(), 0)
                .at(glob + ".**:*");
    }

    private ProbeSpec spec(
            ProbeSpec.Kind kind,
            String glob,
            List<String> captures,
            Optional<String> condition,
            Set<ProbeSpec.Event> events,
            int rate) {
        return ProbeSpec.of(kind, glob, "**")
                .withCaptures(captures)
                .withCondition(condition)
                .withEvents(events)
                .withRate(rate)
                .withLimits(lines ? LIMITS.withBudget(0) : LIMITS)
                .withPending(later);
    }

    /** Reads what the probes have, while they are there. */
    private void take(Target target, List<String> parts, Map<String, ClassModel> models, Seen seen) throws TargetError {
        load(target, parts, models);
        seen.classes = loaded.size();
        for (Probe probe : seen.probes) {
            seen.sites.addAll(probe.sites());
            for (String line : probe.refused()) {
                int colon = line.indexOf(": ");
                seen.refused.put(line.substring(0, colon), line.substring(colon + 2));
            }
            if (probe.ended()) {
                continue; // it has no counters any more
            }
            for (ProbeCounters counters : probe.counters().values()) {
                seen.hits += counters.hits;
                seen.sent += counters.reported;
                seen.errors += counters.errors;
            }
        }
        seen.probes.clear();
    }

    private static Map<String, String> read(Path outcome, boolean tests) throws IOException {
        Map<String, String> outcomes = new HashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(outcome)) {
            int tab = line.indexOf('\t');
            if (tests && tab >= 0) {
                outcomes.put(line.substring(tab + 1), line.substring(0, tab));
            } else {
                outcomes.put("line " + ++number, line);
            }
        }
        return outcomes;
    }
}
