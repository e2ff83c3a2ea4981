package dev.sonde.agent;

import dev.sonde.wire.WireWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who calls: the frames of the current thread, without ours, written as {@link dev.sonde.wire.Values#STACK_PART} says.
 *
 * <p>From 9 on a {@code StackWalker} is asked for as many frames as are wanted, so a stack of a thousand costs no more than
 * one of fifty: about 0.3 µs a frame that is kept. A {@code Throwable} walks and copies all of it whatever is wanted,
 * 100 µs for a thousand; before 9 there is nothing else.
 */
final class Stacks {

    private static final int MOST_BYTES = 64 << 10;
    private static final int MOST_CHARS = 400;

    private Stacks() {}

    /** At most so many frames, the method that was hit first. */
    static void write(WireWriter out, int most) {
        Frames frames = new Frames(out, most);
        int countAt = out.size() + 4;
        out.i4(-1).i4(0);
        if (Agent.FEATURE >= 9) {
            Walk.over(frames);
        } else {
            StackTraceElement[] all = new Throwable().getStackTrace();
            for (int i = 0; i < all.length && frames.wants(); i++) {
                StackTraceElement frame = all[i];
                frames.add(
                        frame.getClassName(),
                        frame.getMethodName(),
                        frame.getFileName(),
                        frame.isNativeMethod() ? -2 : frame.getLineNumber());
            }
        }
        out.patchInt(countAt, frames.count);
        if (frames.wants()) {
            out.patchInt(countAt - 4, frames.count);
        }
    }

    /** How many frames the current thread has, without ours. */
    static int depth() {
        return Agent.FEATURE >= 9 ? Depth.now() : now().length;
    }

    /** The frames of the current thread, without ours; as many as {@link #depth} counts. */
    static StackTraceElement[] now() {
        StackTraceElement[] all = Agent.FEATURE >= 9 ? Elements.now() : new Throwable().getStackTrace();
        int from = 0;
        while (from < all.length && isOurs(all[from].getClassName())) {
            from++;
        }
        return Arrays.copyOfRange(all, from, all.length);
    }

    static boolean isOurs(String type) {
        return type.startsWith("dev.sonde.agent.") || type.startsWith("java.lang.invoke.");
    }

    /** Writes frames that were walked already. */
    static void write(WireWriter out, StackTraceElement[] all, int most) {
        Frames frames = new Frames(out, most);
        int countAt = out.size() + 4;
        out.i4(all.length).i4(0);
        for (int i = 0; i < all.length && frames.wants(); i++) {
            StackTraceElement frame = all[i];
            frames.add(
                    frame.getClassName(),
                    frame.getMethodName(),
                    frame.getFileName(),
                    frame.isNativeMethod() ? -2 : frame.getLineNumber());
        }
        out.patchInt(countAt, frames.count);
    }

    /** What is written so far. */
    private static final class Frames {
        private final WireWriter out;
        private final int most;
        private final int end;
        private boolean ours = true;
        int count;

        Frames(WireWriter out, int most) {
            this.out = out;
            this.most = most;
            this.end = out.size() + MOST_BYTES;
        }

        boolean wants() {
            return count < most && out.size() < end;
        }

        void add(String type, String method, @Nullable String file, int line) {
            if (ours && isOurs(type)) {
                return;
            }
            ours = false;
            out.string(shortened(type))
                    .string(shortened(method))
                    .string(file == null ? "" : shortened(file))
                    .i4(line == -2 ? -2 : Math.max(line, -1));
            count++;
        }

        private static String shortened(String text) {
            return text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS);
        }
    }

    /** All of them. */
    private static final class Elements
            implements Function<Stream<StackWalker.StackFrame>, StackTraceElement[]>, Consumer<StackWalker.StackFrame> {
        private final List<StackTraceElement> all = new ArrayList<>();

        static StackTraceElement[] now() {
            return Walk.WALKER.walk(new Elements());
        }

        @Override
        public StackTraceElement[] apply(Stream<StackWalker.StackFrame> stream) {
            stream.spliterator().forEachRemaining(this);
            return all.toArray(new StackTraceElement[0]);
        }

        @Override
        public void accept(StackWalker.StackFrame frame) {
            all.add(new StackTraceElement(
                    frame.getClassName(),
                    frame.getMethodName(),
                    frame.getFileName(),
                    frame.isNativeMethod() ? -2 : frame.getLineNumber()));
        }
    }

    /**
     * By what native code has called the current thread, which stands on its stack; null when there is none. From 9 on. What tells of
     * a call through {@code java.lang.foreign} is a frame of the JDK that is not native itself, and hidden.
     */
    static @Nullable String calledByNative() {
        return Native.now();
    }

    /** Looks for that. */
    private static final class Native
            implements Function<Stream<StackWalker.StackFrame>, @Nullable String>, Consumer<StackWalker.StackFrame> {
        private @Nullable String found;

        static @Nullable String now() {
            return StackWalker.getInstance(StackWalker.Option.SHOW_HIDDEN_FRAMES)
                    .walk(new Native());
        }

        @Override
        public @Nullable String apply(Stream<StackWalker.StackFrame> stream) {
            stream.spliterator().forEachRemaining(this);
            return found;
        }

        @Override
        public void accept(StackWalker.StackFrame frame) {
            String type = frame.getClassName();
            if (found == null && (frame.isNativeMethod() || type.startsWith("jdk.internal.foreign.abi.Upcall"))) {
                found = type + "." + frame.getMethodName();
            }
        }
    }

    /** Counts, without keeping a frame. */
    private static final class Depth implements Function<Stream<StackWalker.StackFrame>, Integer> {

        @Override
        public Integer apply(Stream<StackWalker.StackFrame> stream) {
            Counted counted = new Counted();
            stream.spliterator().forEachRemaining(counted);
            return counted.count;
        }

        static int now() {
            return Walk.WALKER.walk(new Depth());
        }
    }

    private static final class Counted implements Consumer<StackWalker.StackFrame> {
        private boolean ours = true;
        int count;

        @Override
        public void accept(StackWalker.StackFrame frame) {
            if (ours && isOurs(frame.getClassName())) {
                return;
            }
            ours = false;
            count++;
        }
    }

    /** Apart, because the class that it uses is not there before 9. */
    private static final class Walk
            implements Function<Stream<StackWalker.StackFrame>, Frames>, Consumer<StackWalker.StackFrame> {

        private static final StackWalker WALKER = StackWalker.getInstance();

        private final Frames frames;

        private Walk(Frames frames) {
            this.frames = frames;
        }

        static void over(Frames frames) {
            WALKER.walk(new Walk(frames));
        }

        @Override
        public Frames apply(Stream<StackWalker.StackFrame> stream) {
            // Its spliterator fetches frames as they are asked for, and builds no pipeline.
            Spliterator<StackWalker.StackFrame> each = stream.spliterator();
            while (frames.wants() && each.tryAdvance(this)) {
                // accept() takes it
            }
            return frames;
        }

        @Override
        public void accept(StackWalker.StackFrame frame) {
            frames.add(
                    frame.getClassName(),
                    frame.getMethodName(),
                    frame.getFileName(),
                    frame.isNativeMethod() ? -2 : frame.getLineNumber());
        }
    }
}
