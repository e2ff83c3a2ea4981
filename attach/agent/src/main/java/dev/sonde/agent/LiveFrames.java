package dev.sonde.agent;

import dev.sonde.wire.Wire;
import dev.sonde.wire.WireWriter;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.Spliterator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the JVM itself keeps of the variables of a thread that stands: the slots of all its frames, those that no hook has seen
 * among them. The JDK's {@code LiveStackFrame} has them, for a thread that walks its own stack; so this one does that where it
 * stands, when it is first asked, and the rest is read on our thread.
 *
 * <p>The traps, as HotSpot's source has them ({@code stackwalk.cpp}, {@code vframe.cpp}, {@code stackValue.cpp}): what it keeps between two batches of
 * frames lies in memory that is given back in between (JDK-8325153), so all that is wanted must be in the first batch. Before 15 it held monitors' objects as raw
 * pointers while it allocated (JDK-8249192). It is the path of deoptimisation: a slot that compiled code does not keep comes as the primitive 0, an object
 * that it has taken to pieces as null, and an {@code int} has rubbish in its upper half. What of this may be believed is told in
 * the bastion, which knows the bytecode.
 */
final class LiveFrames
        implements Function<Stream<StackWalker.StackFrame>, LiveFrames>, Consumer<StackWalker.StackFrame> {

    /** As many as HotSpot gives in one batch, but for some that it keeps for itself. */
    private static final int BATCH = 254;

    private static final int MOST = 240;
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    private final Memory memory;
    private final StackWalker walker;
    private final MethodHandle reflective;
    private final Class<?> primitive;
    private final long value;
    private final long locals;
    private final long mode;

    private final List<StackWalker.StackFrame> all = new ArrayList<>();
    private volatile boolean walked;
    private volatile @Nullable Throwable failure;

    /** On our thread. */
    LiveFrames(Jvm jvm) {
        memory = jvm.memory;
        try {
            if (!"64little".equals(System.getProperty("sun.arch.data.model") + System.getProperty("sun.cpu.endian"))) {
                throw new Failure("not of 64 bits, the lowest first");
            }
            Class<?> frame = Class.forName("java.lang.LiveStackFrameInfo");
            primitive = Class.forName("java.lang.LiveStackFrameInfo$PrimitiveSlot64");
            value = offset(primitive, "value");
            locals = offset(frame, "locals");
            mode = offset(frame, "mode");
            reflective = jvm.trusted()
                    .findStatic(
                            Class.forName("java.lang.StackStreamFactory"),
                            "isReflectionFrame",
                            MethodType.methodType(boolean.class, Class.class));
            walker = (StackWalker) (Object) jvm.trusted()
                    .findStatic(
                            Class.forName("java.lang.LiveStackFrame"),
                            "getStackWalker",
                            MethodType.methodType(StackWalker.class, Set.class))
                    .invoke((Object) EnumSet.of(
                            StackWalker.Option.RETAIN_CLASS_REFERENCE, StackWalker.Option.SHOW_REFLECT_FRAMES));
            jvm.fields.setter('I', offset(StackWalker.class, "estimateDepth")).invoke((Object) walker, BATCH);
        } catch (Throwable other) {
            throw new Refusal("this JVM does not tell them: " + other);
        }
    }

    private long offset(Class<?> owner, String name) {
        long offset = memory.offset(owner, name);
        if (offset < 0) {
            throw new Failure("no " + name);
        }
        return offset;
    }

    /** On the thread that stands, which goes on standing; throws nothing. */
    void walk(Slots slots) {
        if (walked) {
            return;
        }
        try {
            int slot = slots.claim();
            try {
                walker.walk(this);
            } finally {
                slots.release(slot);
            }
        } catch (Throwable none) {
            failure = none;
        }
        walked = true;
    }

    @Override
    public LiveFrames apply(Stream<StackWalker.StackFrame> stream) {
        Spliterator<StackWalker.StackFrame> each = stream.spliterator();
        while (all.size() < MOST && each.tryAdvance(this)) {
            // accept() takes it
        }
        return this;
    }

    @Override
    public void accept(StackWalker.StackFrame frame) {
        all.add(frame);
    }

    /** Waits until the thread of the stop has walked. */
    void await(Stop stop) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!walked) {
            if (stop.state() != Stop.PARKED || System.nanoTime() - until > 0) {
                throw new Refusal("its thread has not told them in time; it may when it is asked again");
            }
            LockSupport.parkNanos(1_000_000L);
        }
        if (failure != null) {
            throw new Refusal("this JVM did not tell them: " + failure);
        }
    }

    /** One by its number, which is what {@link Stacks#now} has it under. */
    private StackWalker.StackFrame frame(int number) {
        int left = number;
        boolean ours = true;
        try {
            for (int i = 0; i < all.size(); i++) {
                StackWalker.StackFrame frame = all.get(i);
                ours = ours && Stacks.isOurs(frame.getClassName());
                if (!ours && !(boolean) reflective.invokeExact(frame.getDeclaringClass()) && left-- == 0) {
                    return frame;
                }
            }
        } catch (Throwable other) {
            throw new Refusal("this JVM does not tell them: " + other);
        }
        throw new Refusal("the JVM is asked for no more than " + MOST + " frames");
    }

    private Object[] slots(StackWalker.StackFrame frame) {
        Object slots = memory.get(frame, locals);
        return slots == null ? new Object[0] : (Object[]) slots;
    }

    /** Tells of one. */
    void write(WireWriter out, Classes classes, int number) {
        StackWalker.StackFrame frame = frame(number);
        Class<?> type = frame.getDeclaringClass();
        @Nullable Object[] slots = slots(frame);
        Object how = memory.box('I', frame, mode);
        out.i4(classes.id(type))
                .string(type.getName())
                .string(frame.getMethodName())
                .i4(frame.getByteCodeIndex())
                .i4(frame.getLineNumber())
                .u1(how == null ? 0 : (Integer) how)
                .i4(slots.length);
        for (Object slot : slots) {
            boolean isPrimitive = slot != null && slot.getClass() == primitive;
            out.u1(slot == null ? Wire.SLOT_NULL : isPrimitive ? Wire.SLOT_PRIMITIVE : Wire.SLOT_OBJECT)
                    .i8(slot != null && isPrimitive ? memory.getLong(slot, value) : 0);
        }
    }

    /**
     * What a hook would have seen of one: this, no outcome, and the others.
     *
     * @param from slots, that of this first; -1 for none
     * @param letters of their descriptors
     */
    @Nullable
    Object[] values(int number, int[] from, String letters) {
        @Nullable Object[] slots = slots(frame(number));
        @Nullable Object[] values = new @Nullable Object[from.length + 1];
        for (int i = 0; i < from.length; i++) {
            Object slot = from[i] < 0 ? null : slots[from[i]];
            boolean isPrimitive = slot != null && slot.getClass() == primitive;
            if (isPrimitive == (letters.charAt(i) == 'L')) {
                throw new Refusal("slot " + from[i] + " holds something else");
            }
            values[i == 0 ? 0 : i + 1] =
                    slot != null && isPrimitive ? memory.box(letters.charAt(i), slot, value) : slot;
        }
        return values;
    }
}
