package dev.sonde.weave;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that an expression may go on with, for somebody who is still typing it. */
public final class ExpressionNames {

    /** A name, a getter's parentheses, an index: {@code getLines()[0]}. */
    private static final Pattern STEP = Pattern.compile("(\\w+)(?:\\(\\))?(\\[[^\\[\\]]*\\])?");

    private static final int LONGEST = 30;

    private ExpressionNames() {}

    /**
     * The names that stand for something, one's own and not the language's: parameters and static fields at the beginning;
     * behind {@code order.customer.} what can be read of a customer. None where the type is not known.
     *
     * @param chain what is typed before the name: nothing, or steps that each end with a dot
     */
    public static List<String> after(String chain, Scope scope) {
        if (chain.isEmpty()) {
            return beginnings(scope);
        }
        String[] steps = chain.substring(0, chain.length() - 1).split("\\.", -1);
        if (steps.length > LONGEST) {
            return List.of();
        }
        Optional<StaticType> type = Optional.empty();
        for (int i = 0; i < steps.length; i++) {
            Matcher step = STEP.matcher(steps[i]);
            if (!step.matches()) {
                return List.of();
            }
            boolean indexed = step.group(2) != null;
            String name = step.group(1);
            if (i == 0 && name.equals("args") && indexed) {
                type = argument(step.group(2), scope);
            } else {
                type = i == 0 ? beginning(name, scope) : type.flatMap(of -> member(of, name, scope));
                type = indexed ? type.map(of -> element(of, scope)) : type;
            }
        }
        return type.map(of -> members(of, scope)).orElse(List.of());
    }

    private static List<String> beginnings(Scope scope) {
        Set<String> names = new LinkedHashSet<>(scope.method().parameterNames());
        names.remove("");
        scope.declaring().fields().stream()
                .filter(ClassModel.Field::isStatic)
                .map(ClassModel.Field::name)
                .filter(name -> name.indexOf('$') < 0) // the compiler's own
                .forEach(names::add);
        return List.copyOf(names);
    }

    private static Optional<StaticType> beginning(String name, Scope scope) {
        switch (name) {
            case "this" -> {
                return Optional.of(StaticType.of(scope.declaring().name()));
            }
            case "result" -> {
                return Optional.of(scope.returnType());
            }
            case "error" -> {
                return Optional.of(StaticType.THROWABLE);
            }
            default -> {
                int parameter = scope.method().parameterNames().indexOf(name);
                return parameter >= 0
                        ? Optional.of(scope.parameterTypes().get(parameter))
                        : Optional.ofNullable(scope.staticField(scope.declaring(), name))
                                .map(Scope.Found::type);
            }
        }
    }

    private static Optional<StaticType> argument(String index, Scope scope) {
        String number = index.substring(1, index.length() - 1);
        return number.matches("\\d{1,3}")
                        && Integer.parseInt(number) < scope.parameterTypes().size()
                ? Optional.of(scope.parameterTypes().get(Integer.parseInt(number)))
                : Optional.empty();
    }

    private static Optional<StaticType> member(StaticType of, String name, Scope scope) {
        if (scope.shape(of) == Shape.OPTIONAL && name.equals("value")) {
            return Optional.of(of.argument(0));
        }
        List<String> spelled = new ArrayList<>(List.of(name));
        if (!name.isEmpty()) {
            String property = Character.toUpperCase(name.charAt(0)) + name.substring(1);
            spelled.addAll(List.of("get" + property, "is" + property));
        }
        return Optional.ofNullable(scope.field(of, name))
                .or(() -> spelled.stream()
                        .flatMap(getter -> Optional.ofNullable(scope.getter(of, getter)).stream())
                        .findFirst())
                .map(Scope.Found::type);
    }

    private static StaticType element(StaticType of, Scope scope) {
        return of.argument(scope.shape(of) == Shape.MAP ? 1 : 0);
    }

    private static List<String> members(StaticType of, Scope scope) {
        return switch (scope.shape(of)) {
            case STRUCT -> scope.members(of);
            case OPTIONAL -> List.of("value");
            default -> List.of();
        };
    }
}
