package dev.sonde.jvm;

import dev.sonde.weave.ClassModel;
import dev.sonde.weave.Invocations;
import dev.sonde.weave.Invocations.Invocation;
import dev.sonde.wire.ClassEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What objects lead to that a standing thread has at hand, and that its bytecode does not name: the bodies of lambdas and the
 * methods of references that other classes have made, what a {@link java.lang.reflect.Method} or a method handle is of. A lambda's
 * class tells who made it, not from what: so all that its maker makes is meant.
 */
final class HeldMethods {

    private static final String LAMBDA = "$$Lambda";
    private static final String MEMBER = "java.lang.invoke.MemberName";

    /** What the agent shows of a {@link java.lang.reflect.Method}: {@code public int shop.Order.price(int) throws …}. */
    private static final Pattern REFLECTED = Pattern.compile("(?:.* )?([\\w.$]+)\\.([\\w$]+)\\(.*");

    /** A class that made lambdas. */
    private final Set<String> makers = new LinkedHashSet<>();

    /** A method by the name of its class and its own. */
    private record Named(String className, String name) {}

    private final Set<Named> named = new LinkedHashSet<>();

    HeldMethods(Collection<Value> held) {
        held.forEach(this::look);
    }

    private void look(Value value) {
        if (value instanceof Value.Elements elements) {
            elements.elements().forEach(this::look);
        } else if (value instanceof Value.Entries entries) {
            entries.entries().forEach(each -> {
                look(each.getKey());
                look(each.getValue());
            });
        } else if (value instanceof Value.Text text) {
            Matcher reflected = REFLECTED.matcher(text.text());
            if (reflected.matches()) {
                named.add(new Named(reflected.group(1), reflected.group(2)));
            }
        } else if (value instanceof Value.Cut cut) {
            maker(cut.className());
        } else if (value instanceof Value.Fields fields) {
            maker(fields.className());
            if (fields.className().equals(MEMBER)) {
                text(fields, "clazz")
                        .ifPresent(type ->
                                named.add(new Named(type, text(fields, "name").orElse("<init>"))));
            }
            fields.fields().forEach(each -> look(each.getValue()));
        }
    }

    private void maker(String className) {
        int at = className.indexOf(LAMBDA);
        if (at > 0) {
            makers.add(className.substring(0, at));
        }
    }

    private static Optional<String> text(Value.Fields fields, String name) {
        return fields.fields().stream()
                .filter(each -> each.getKey().equals(name))
                .map(Map.Entry::getValue)
                .filter(Value.Text.class::isInstance)
                .map(value -> ((Value.Text) value).text())
                .findFirst();
    }

    /** Calls that the objects may be, for {@link Callees#of(Selection.Chosen, List)}; classes are those that one class sees. */
    List<Invocation> calls(TargetClasses classes, int fromClassId) throws TargetError {
        List<Invocation> calls = new ArrayList<>();
        for (String maker : makers) {
            Optional<TargetClasses.Type> type = type(classes, fromClassId, maker);
            if (type.isPresent() && type.get().classFile().isPresent()) {
                try {
                    calls.addAll(Invocations.ofLambdas(type.get().classFile().get()));
                } catch (IllegalArgumentException e) {
                    // it is stepped over
                }
            }
        }
        for (Named each : named) {
            type(classes, fromClassId, each.className())
                    .flatMap(TargetClasses.Type::model)
                    .map(ClassModel::methods)
                    .orElse(List.of())
                    .stream()
                    .filter(method -> method.key().name().equals(each.name()))
                    .forEach(method -> calls.add(new Invocation(
                            each.className(),
                            method.key(),
                            !method.isStatic() && !each.name().equals("<init>"))));
        }
        return calls;
    }

    private static Optional<TargetClasses.Type> type(TargetClasses classes, int fromClassId, String name)
            throws TargetError {
        Optional<ClassEntry> entry = classes.resolve(fromClassId, name);
        return entry.isEmpty() ? Optional.empty() : Optional.of(classes.type(entry.get().id));
    }
}
