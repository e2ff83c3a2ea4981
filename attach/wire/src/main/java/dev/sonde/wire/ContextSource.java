package dev.sonde.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Where a library keeps what request a thread works for: a way from a static field to a value, through fields and through
 * the {@code ThreadLocal}s of the thread that is hit. Only memory is read on it, no method of the application is called.
 */
public final class ContextSource {

    /** A field; the first step's is static, and named with its descriptor: {@code NAME Ljava/lang/ThreadLocal;}. The first of {@link Step#names} that there is. */
    public static final int FIELD = 1;

    /** What a {@code ThreadLocal} holds for the current thread. It is looked up, never made. */
    public static final int LOCAL = 2;

    /** In an array of keys and values, one after the other: the value behind the key whose field {@code name} is the first name. */
    public static final int PAIR = 3;

    /** A value: the text that the field of the first name holds. */
    public static final int TEXT = 4;

    /** A value: the fields of all the names, each a long, in hexadecimal; leading ones that are 0 are left out, the last is not. */
    public static final int HEX = 5;

    /** Values: the texts of a map by its keys, or of an array that holds keys and values one after the other. */
    public static final int ENTRIES = 6;

    /** What a person calls it. */
    public final String label;
    /** The class of the static field, as {@link Class#getName()} gives it. */
    public final String className;
    /** From the static field to what holds the values. */
    public final List<Step> path;
    /** What is read there: {@link #TEXT}, {@link #HEX} or {@link #ENTRIES}. */
    public final List<Step> values;

    public ContextSource(String label, String className, List<Step> path, List<Step> values) {
        this.label = label;
        this.className = className;
        this.path = Collections.unmodifiableList(new ArrayList<>(path));
        this.values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    /** One step of the way. */
    public static final class Step {
        public final int kind;
        /** What a value is called; empty where it has names of its own, or is none. */
        public final String label;

        public final List<String> names;

        public Step(int kind, String label, String... names) {
            this(kind, label, Arrays.asList(names));
        }

        private Step(int kind, String label, List<String> names) {
            this.kind = kind;
            this.label = label;
            this.names = Collections.unmodifiableList(new ArrayList<>(names));
        }

        private void write(WireWriter out) {
            out.u1(kind).string(label).strings(names);
        }

        private static Step read(WireReader in) {
            return new Step(in.u1(), in.string(), in.strings());
        }
    }

    public void write(WireWriter out) {
        out.string(label).string(className);
        write(path, out);
        write(values, out);
    }

    private static void write(List<Step> steps, WireWriter out) {
        out.i4(steps.size());
        for (Step step : steps) {
            step.write(out);
        }
    }

    public static ContextSource read(WireReader in) {
        return new ContextSource(in.string(), in.string(), steps(in), steps(in));
    }

    private static List<Step> steps(WireReader in) {
        int count = in.length(1);
        List<Step> steps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            steps.add(Step.read(in));
        }
        return steps;
    }
}
