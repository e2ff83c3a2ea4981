package dev.sonde.agent;

import java.lang.ref.WeakReference;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that traced calls have handed to other threads, until one takes them up. A fixed number of places, found by the task's
 * identity; no lock, and no task is kept alive by it. A task that finds its places taken is not followed, which is counted.
 */
final class HandOvers {

    /** Tasks of one tree that are followed. */
    static final int MOST_OF_ONE = 256;

    static final @Nullable Object[] NO_VALUES = new @Nullable Object[2];

    private static final int PLACES = 1024;
    /** Places that one task may be in. */
    private static final int WINDOW = 16;
    /** What was not run by then makes room for others. */
    private static final long STALE_NANOS = 60_000_000_000L;

    private final AtomicReferenceArray<@Nullable Entry> entries = new AtomicReferenceArray<>(PLACES);
    private final AtomicInteger taken = new AtomicInteger();

    /** A task, and where it comes from. */
    static final class Entry extends WeakReference<Object> {
        final Origin origin;
        final long tree;
        final int node;
        /** That nodes below the task may have. */
        final int levels;

        final String type;
        final long at;
        /** Who took it up tells of its end by another method. */
        boolean pooled;

        Entry(Object task, CallTree tree, Origin origin) {
            super(task);
            this.origin = origin;
            this.tree = tree.number;
            this.node = tree.top();
            this.levels = tree.left();
            this.type = task.getClass().getName();
            this.at = System.nanoTime();
        }

        /** Of what a task that was handed over is in. */
        Entry(Object wrapper, Entry wrapped) {
            super(wrapper);
            this.origin = wrapped.origin;
            this.tree = wrapped.tree;
            this.node = wrapped.node;
            this.levels = wrapped.levels;
            this.type = wrapper.getClass().getName();
            this.at = wrapped.at;
        }
    }

    private static int home(Object task) {
        int hash = System.identityHashCode(task);
        return hash ^ (hash >>> 10);
    }

    /** Whether there are none: the quick answer for the tasks of everybody else. */
    boolean isEmpty() {
        return taken.get() == 0;
    }

    /** False when there was no room. */
    boolean put(Entry entry) {
        Object task = entry.get();
        if (task == null) {
            return false;
        }
        int home = home(task);
        for (int i = 0; i < WINDOW; i++) {
            int place = (home + i) & (PLACES - 1);
            Entry there = entries.get(place);
            boolean over = there != null && (there.get() == null || entry.at - there.at > STALE_NANOS);
            if (there == null) {
                taken.incrementAndGet(); // before it can be taken
                if (entries.compareAndSet(place, null, entry)) {
                    return true;
                }
                taken.decrementAndGet();
            } else if (over && entries.compareAndSet(place, there, entry)) {
                return true;
            }
        }
        return false;
    }

    /** Takes out what was handed over first of this task; null when nothing was. */
    @Nullable
    Entry take(Object task) {
        if (taken.get() == 0) {
            return null;
        }
        int home = home(task);
        while (true) {
            Entry first = null;
            int at = 0;
            for (int i = 0; i < WINDOW; i++) {
                int place = (home + i) & (PLACES - 1);
                Entry there = entries.get(place);
                if (there != null && there.get() == task && (first == null || there.at - first.at < 0)) {
                    first = there;
                    at = place;
                }
            }
            if (first == null) {
                return null;
            }
            if (entries.compareAndSet(at, first, null)) {
                taken.decrementAndGet();
                return first;
            }
        }
    }

    /** Whether tasks of this pool are not the application's, but virtual threads that go on: those are followed as threads. */
    static boolean isOfVirtualThreads(@Nullable Object pool) {
        return pool instanceof ForkJoinPool
                && ((ForkJoinPool) pool).getFactory().getClass().getName().startsWith("java.lang.VirtualThread");
    }

    /** Whether what somebody puts into a queue is there to be run: what has been, such as a result, and a thread that rests are not. */
    static boolean isTask(Memory memory, Object what) {
        if (what instanceof FutureTask) {
            long state = memory.offset(FutureTask.class, "state");
            return state >= 0 && Integer.valueOf(0).equals(memory.box('I', what, state)); // NEW
        }
        if (what instanceof ForkJoinTask && ((ForkJoinTask<?>) what).isDone()) {
            return false;
        }
        return what instanceof Callable || (what instanceof Runnable && !(what instanceof Thread));
    }

    /** What a thread that is started runs of the application: what it was made for, or itself; null for the JDK's own. */
    static @Nullable Object startedBy(Memory memory, @Nullable Object thread) {
        Object work = thread == null ? null : workOf(memory, thread);
        Object task = work == null ? thread : work;
        return task == null || (task.getClass().getClassLoader() == null && !(task instanceof FutureTask))
                ? null
                : task;
    }

    /** What a thread was made to run; null when there is no such thing. */
    static @Nullable Object workOf(Memory memory, @Nullable Object thread) {
        Object in = thread;
        Class<?> owner = Thread.class;
        if (Agent.FEATURE >= 19) {
            long holder = memory.offset(owner, "holder");
            in = holder < 0 ? null : memory.get(thread, holder);
            owner = in == null ? owner : in.getClass();
        }
        long at = memory.offset(owner, Agent.FEATURE >= 19 ? "task" : "target");
        return in == null || at < 0 ? null : memory.get(in, at);
    }
}
