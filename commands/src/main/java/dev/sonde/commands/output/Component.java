package dev.sonde.commands.output;

import dev.sonde.commands.Row;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One component of a row: its names, its unit, and how to read it. */
final class Component {

    private static final ClassValue<List<Component>> KNOWN = new ClassValue<>() {
        @Override
        protected List<Component> computeValue(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            if (components == null) {
                throw new IllegalArgumentException("a row is a record: " + type);
            }
            return Arrays.stream(components).map(Component::new).toList();
        }
    };

    final String json;
    final String head;
    final Unit unit;
    final boolean inJson;
    final boolean inTable;
    final boolean keepEnd;
    final boolean spare;
    private final RecordComponent component;

    private Component(RecordComponent component) {
        this.component = component;
        // Rows are package-private records of the packages their commands live in.
        component.getAccessor().setAccessible(true);
        Shown shown = component.getAnnotation(Shown.class);
        this.unit = Unit.of(component.getName());
        this.json = shown == null || shown.json().isEmpty() ? component.getName() : shown.json();
        this.head = shown == null || shown.head().isEmpty() ? unit.head(component.getName()) : shown.head();
        this.inJson = shown == null || !shown.onlyTable();
        this.inTable = shown == null || !shown.onlyJson();
        this.keepEnd = shown != null && shown.keepEnd();
        this.spare = shown != null && shown.spare();
    }

    static List<Component> of(Row row) {
        return of(row.getClass());
    }

    static List<Component> of(Class<?> type) {
        return KNOWN.get(type);
    }

    /** Its value in a record; null where an Optional is empty. */
    @Nullable
    Object read(Object row) {
        try {
            return unwrapped(component.getAccessor().invoke(row));
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    /** Its declared type. */
    Type type() {
        return component.getGenericType();
    }

    /** Whether half of it is worth nothing: a number, a time. */
    boolean isWhole() {
        Class<?> type = component.getType();
        return type == Instant.class || isNumber();
    }

    boolean isNumber() {
        Class<?> type = component.getType();
        return (type.isPrimitive() && type != boolean.class && type != char.class)
                || Number.class.isAssignableFrom(type)
                || type == OptionalLong.class
                || type == OptionalInt.class
                || type == OptionalDouble.class
                || unit != Unit.NONE;
    }

    static @Nullable Object unwrapped(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.orElse(null);
        }
        if (value instanceof OptionalLong optional) {
            return optional.isPresent() ? optional.getAsLong() : null;
        }
        if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? optional.getAsInt() : null;
        }
        if (value instanceof OptionalDouble optional) {
            return optional.isPresent() ? optional.getAsDouble() : null;
        }
        return value;
    }
}
