package dev.sonde.profile;

import java.util.List;
import java.util.Map;

/** What was observed at one stack under one set of labels. Immutable. */
public final class Sample {

    /** The name of the label that names the thread. */
    public static final String THREAD = "thread";
    /** Of an allocation: the class of what was allocated. */
    public static final String OBJECT = "object";
    /** Of a wait: the class of the lock. */
    public static final String LOCK = "lock";
    /** Of a wait: the thread that had the lock. */
    public static final String HOLDER = "holder";
    /** Of a thread: what it did, such as {@code runnable}. */
    public static final String STATE = "state";

    /** Of a thread: its number for the kernel, as its own process sees it. */
    public static final String NUMBER = "tid";

    private final List<Frame> stack;
    private final Map<String, String> labels;
    private final long[] values;

    Sample(List<Frame> stack, Map<String, String> labels, long[] values) {
        this.stack = stack;
        this.labels = labels;
        this.values = values;
    }

    /** The innermost frame first, as in pprof. */
    public List<Frame> stack() {
        return stack;
    }

    /** Such as {@link #THREAD}. */
    public Map<String, String> labels() {
        return labels;
    }

    /** What was observed, of the {@link Profile#types() type} at this index. */
    public long value(int type) {
        return values[type];
    }

    long[] values() {
        return values;
    }
}
