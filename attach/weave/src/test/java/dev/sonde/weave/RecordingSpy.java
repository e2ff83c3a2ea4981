package dev.sonde.weave;

import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Stands where the spy of the boot loader stands in a target, and writes down what the hooks are given. */
public final class RecordingSpy {

    public record Event(String hook, int siteId, List<@Nullable Object> arguments) {
        /** {@code return 4 [result, 1, 42, this, …]}, with objects as their text. */
        @Override
        public String toString() {
            return hook + " " + siteId + " " + arguments;
        }
    }

    static final String OWNER = RecordingSpy.class.getName().replace('.', '/');
    static final int SLOT = 77;
    public static final List<Event> EVENTS = new ArrayList<>();

    /** What is made of the variables of a site before a thread takes them; none: it has nothing to take. */
    static @Nullable BiConsumer<Integer, List<@Nullable Object>> setting;

    /** Of the last hook at a line. */
    private static List<@Nullable Object> seen = List.of();

    private RecordingSpy() {}

    public static Object link(MethodHandles.Lookup caller, String name, Object hook, Object slot, Object siteId)
            throws ReflectiveOperationException {
        if (!slot.equals(SLOT)) {
            throw new AssertionError("slot " + slot);
        }
        MethodType type = (MethodType) hook;
        MethodHandle hit = MethodHandles.lookup()
                .findStatic(
                        RecordingSpy.class,
                        "hit",
                        MethodType.methodType(Object.class, String.class, int.class, Object[].class));
        return new ConstantCallSite(MethodHandles.insertArguments(hit, 0, name, siteId)
                .asCollector(Object[].class, type.parameterCount())
                .asType(type));
    }

    public static @Nullable Object hit(String name, int siteId, @Nullable Object[] arguments) {
        if (name.equals(Hooks.TAKE)) {
            return take(siteId, (@Nullable Object[]) Objects.requireNonNull(arguments[0]));
        }
        EVENTS.add(new Event(name, siteId, Arrays.asList(arguments)));
        seen = Arrays.asList(arguments);
        return switch (name) {
            case Hooks.STAND -> setting == null ? 0L : 1L;
            case Hooks.ENTER -> 5L;
            case Hooks.CLOCK -> 1000L;
            default -> null;
        };
    }

    private static long take(int siteId, @Nullable Object[] into) {
        List<@Nullable Object> locals = seen.subList(seen.size() - into.length, seen.size());
        Objects.requireNonNull(setting).accept(siteId, locals);
        locals.toArray(into);
        return 1;
    }
}
