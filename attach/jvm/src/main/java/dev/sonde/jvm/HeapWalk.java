package dev.sonde.jvm;

import dev.sonde.jvm.LoadedCode.Census;
import dev.sonde.jvm.LoadedCode.Instance;
import dev.sonde.jvm.LoadedCode.InstanceQuery;
import dev.sonde.jvm.LoadedCode.Instances;
import dev.sonde.weave.ClassModel;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Expressions;
import dev.sonde.weave.Scope;
import dev.sonde.wire.ClassEntry;
import dev.sonde.wire.Expr;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Finds live objects of a class: counts them by the JVM's own histogram, then looks at them in a dump of its heap. */
final class HeapWalk {

    /** Of one evaluation; more than in a probe: nobody's call waits for it. */
    private static final int MOST_STEPS = 1_000_000;

    /** Evaluating conditions; what was looked at by then is told. */
    private static final Duration LOOKING = Duration.ofMinutes(2);

    private final LocalJvm jvm;
    private final TargetClasses classes;
    private final ClassEntry entry;

    HeapWalk(LocalJvm jvm, TargetClasses classes, ClassEntry entry) {
        this.jvm = jvm;
        this.classes = classes;
        this.entry = entry;
    }

    /** How many there are. Counts objects that nobody holds any more too, because that spares a collection of garbage. */
    Census census() throws TargetError {
        HeapHistogram histogram = HeapHistogram.of(jvm.attach, false);
        long count = 0;
        long bytes = 0;
        for (HeapHistogram.Count each : histogram.classes()) {
            if (each.className().equals(entry.name)) {
                count += each.objects();
                bytes += each.bytes();
            }
        }
        return new Census(entry.name, count, bytes, histogram.objects(), histogram.bytes());
    }

    Instances find(InstanceQuery query, BooleanSupplier cancelled) throws TargetError, ExpressionError {
        ClassModel model = classes.type(entry.id).known(entry.name);
        if (model.isInterface()) {
            List<String> found = classes.implementations(classes.type(entry.id), entry.name);
            throw new TargetError(
                    entry.name + " is an interface, and a heap dump does not say who implements it: name a class"
                            + (found.isEmpty() ? "" : ", such as " + String.join(", ", found)));
        }
        Scope scope = Scope.ofObject(model, classes.source(entry.id));
        Optional<Expr> condition = Optional.empty();
        if (query.condition().isPresent()) {
            String text = query.condition().get();
            condition = Optional.of(TargetClasses.compiling(() -> Expressions.condition(text, scope)));
        }
        Map<String, Expr> shown = new LinkedHashMap<>();
        for (String text : query.expressions()) {
            shown.put(text, TargetClasses.compiling(() -> Expressions.capture(text, scope)));
        }
        Census census = census();
        HeapStream.Taken taken =
                new HeapStream(jvm).take(jvm.home, census.heapBytes() * 3 / 2, query.mostStanding(), cancelled);
        try (FileChannel file = taken.file()) {
            HeapDump dump = new HeapDump(file, entry.name, cancelled);
            return look(dump, query, condition, shown, taken, cancelled);
        } catch (IOException | UncheckedIOException e) {
            throw new TargetError("the heap dump cannot be read: " + e.getMessage(), e);
        }
    }

    private Instances look(
            HeapDump dump,
            InstanceQuery query,
            Optional<Expr> condition,
            Map<String, Expr> expressions,
            HeapStream.Taken taken,
            BooleanSupplier cancelled) {
        List<Instance> found = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        long matching = 0;
        long failed = 0;
        String firstFailure = "";
        long deadline = System.nanoTime() + LOOKING.toNanos();
        for (int i = 0; i < dump.found(); i++) {
            if ((i & 0xff) == 0 && (cancelled.getAsBoolean() || System.nanoTime() > deadline)) {
                notices.add("looked at " + i + " of " + dump.found() + " objects before the time was over");
                break;
            }
            HeapObject object = dump.candidate(i);
            try {
                if (condition.isPresent() && !Boolean.TRUE.equals(evaluate(condition.get(), dump, object))) {
                    continue;
                }
            } catch (Evaluator.Failure | IllegalArgumentException e) {
                failed++;
                firstFailure = firstFailure.isEmpty() ? String.valueOf(e.getMessage()) : firstFailure;
                continue;
            }
            matching++;
            if (found.size() < query.most()) {
                found.add(instance(dump, object, expressions, query));
            }
        }
        if (failed > 0) {
            notices.add("the condition failed on " + failed + " objects, such as: " + firstFailure);
        }
        return new Instances(
                entry.name, dump.found(), matching, found, dump.objects(), taken.bytes(), taken.stood(), notices);
    }

    private static @Nullable Object evaluate(Expr e, HeapDump dump, HeapObject object) {
        return new Evaluator(new HeapReading(dump, object), MOST_STEPS).evaluate(e);
    }

    private Instance instance(HeapDump dump, HeapObject object, Map<String, Expr> expressions, InstanceQuery query) {
        String id = "0x" + Long.toHexString(object.id());
        if (expressions.isEmpty()) {
            return new Instance(
                    object.className(),
                    id,
                    Optional.of(new HeapCapture(query.limits(), jvm.safeguards()).of(object, Optional.empty())),
                    Map.of());
        }
        Map<String, Value> values = new LinkedHashMap<>();
        expressions.forEach((text, expression) -> {
            Value value;
            try {
                @Nullable Object read = evaluate(expression, dump, object);
                value = new HeapCapture(query.limits(), jvm.safeguards()).of(read, Optional.of(expression));
            } catch (Evaluator.Failure | IllegalArgumentException e) {
                value = new Value.Failed(String.valueOf(e.getMessage()));
            }
            values.put(text, value);
        });
        return new Instance(object.className(), id, Optional.empty(), values);
    }
}
