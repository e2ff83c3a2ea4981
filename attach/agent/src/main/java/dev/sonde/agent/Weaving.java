package dev.sonde.agent;

import dev.sonde.wire.Wire;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.ref.WeakReference;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Which classes carry our hooks, and the transformer that puts them there.
 *
 * <p>The trap: {@link #transform} runs on whatever thread loads or retransforms a class, often one of the application. There
 * it must not wait, load, lock or throw. It asks the bastion only on our own thread, and only for classes that we are
 * retransforming. When somebody else retransforms a class of ours, it gives the same woven bytes again if the bytes that come
 * in are the same; if not, the class is noted, and {@link #mend} weaves it again on our thread. And when a class is being loaded, it notes the name if somebody waits for names.
 */
final class Weaving implements ClassFileTransformer {

    /** What a class was woven from, by length and checksums, and what it became. */
    private static final class Woven extends WeakReference<Class<?>> {
        final int length;
        final int hash;
        final long crc;
        final byte[] bytes;
        /** Somebody else has changed what it was woven from, and our hooks are gone. */
        volatile boolean changed;
        /** How often that was, since it was last wanted. Our thread only. */
        int changes;

        Woven(Class<?> type, byte[] from, byte[] bytes) {
            super(type);
            this.length = from.length;
            this.hash = Arrays.hashCode(from);
            this.crc = crc(from);
            this.bytes = bytes;
        }

        boolean isFrom(byte[] from) {
            return from.length == length && Arrays.hashCode(from) == hash && crc(from) == crc;
        }

        private static long crc(byte[] bytes) {
            CRC32 crc = new CRC32();
            crc.update(bytes, 0, bytes.length);
            return crc.getValue();
        }
    }

    /** One class of the batch under way. */
    private static final class Asked {
        boolean answered;

        /** What it is woven into now; null for nothing. */
        @Nullable
        Woven woven;

        /** And until then, which holds again when the JVM does not take it. */
        @Nullable
        Woven before;

        @Nullable
        String failure;
    }

    /** So often a class is woven again; one that two change in turn would be for ever. */
    private static final int MOST_CHANGES = 20;

    /** Never changed: it is asked for many times a second. */
    private static final IdentityHashMap<Class<?>, String> NONE_LOST = new IdentityHashMap<>(0);

    private final Conversation conversation;
    private final Instrumentation instrumentation;
    private final Classes classes;
    private final Doors doors;
    private final Thread ours = Thread.currentThread();

    /** Replaced as a whole, so that other threads read it without a lock. */
    private volatile Woven[] woven = {};

    /** Names of classes that are being loaded; null while nobody waits for any. */
    private volatile @Nullable PassingNames loading;

    private volatile boolean leaving;
    private volatile boolean anyChanged;

    // Our thread only.
    private boolean registered;
    private @Nullable IdentityHashMap<Class<?>, Asked> batch;

    Weaving(Conversation conversation, Instrumentation instrumentation, Classes classes, Doors doors) {
        this.conversation = conversation;
        this.instrumentation = instrumentation;
        this.classes = classes;
        this.doors = doors;
    }

    boolean isWoven(Class<?> type) {
        return known(type) != null;
    }

    private @Nullable Woven known(Class<?> type) {
        for (Woven each : woven) {
            if (each.get() == type) {
                return each;
            }
        }
        return null;
    }

    /** Begins to note the names of classes that are being loaded, or ends it. */
    void await(boolean wanted) {
        if (!wanted) {
            loading = null;
        } else if (loading == null) {
            loading = new PassingNames(); // kept while it is wanted: there may be names in it
        }
        register();
    }

    /** The names that have been noted; null while nobody waits for any. */
    @Nullable
    PassingNames loading() {
        return loading;
    }

    /** Registers the transformer while it is needed, because each class that loads passes through it. */
    void register() {
        boolean needed = loading != null || batch != null || woven.length > 0;
        if (needed && !registered) {
            instrumentation.addTransformer(this, true);
        } else if (!needed && registered) {
            instrumentation.removeTransformer(this);
        }
        registered = needed;
    }

    /**
     * Weaves again what somebody else has changed: another server, which cannot know of our hooks, or another agent.
     *
     * @return classes that have no hooks any more, and why
     */
    IdentityHashMap<Class<?>, String> mend() {
        if (!anyChanged) {
            return NONE_LOST;
        }
        anyChanged = false;
        IdentityHashMap<Class<?>, String> lost = new IdentityHashMap<>();
        for (Woven each : woven) {
            Class<?> type = each.get();
            if (type == null || !each.changed) {
                continue;
            }
            each.changed = false;
            String failure = each.changes < MOST_CHANGES
                    ? retransform(new int[] {classes.id(type)})[0]
                    : "it is changed again and again";
            Woven now = known(type);
            if (now != null) {
                now.changes = each.changes + 1;
            }
            if (!failure.isEmpty()) {
                lost.put(type, type.getName() + " was changed by another agent: " + failure);
            }
        }
        return lost;
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> type,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        try {
            if (type == null) {
                PassingNames names = loading;
                if (names != null && name != null) {
                    names.add(name);
                }
                return null;
            }
            if (leaving) {
                return null;
            }
            IdentityHashMap<Class<?>, Asked> asked = batch;
            if (asked != null && Thread.currentThread() == ours) {
                Asked of = asked.get(type);
                return of == null ? again(type, bytes) : ask(type, of, bytes);
            }
            return again(type, bytes);
        } catch (Throwable leaveItAlone) {
            return null;
        }
    }

    private byte @Nullable [] again(Class<?> type, byte[] bytes) {
        Woven known = known(type);
        if (known == null) {
            return null;
        }
        if (known.isFrom(bytes)) {
            return known.bytes;
        }
        known.changed = true;
        anyChanged = true;
        return null;
    }

    private byte @Nullable [] ask(Class<?> type, Asked of, byte[] bytes) {
        if (!of.answered) {
            of.answered = true;
            Woven known = known(type);
            of.before = known;
            try {
                WireWriter question = new WireWriter(bytes.length + 16);
                question.i4(classes.id(type)).i4(doors.spySlot()).bytes(bytes);
                WireReader answer = conversation.ask(Wire.TRANSFORM, question);
                of.woven = answer.bool() ? new Woven(type, bytes, answer.bytes()) : null;
            } catch (Refusal refused) {
                of.failure = refused.getMessage();
                of.woven = known != null && known.isFrom(bytes) ? known : null;
            }
            // Before the JVM has it: somebody else who changes the class next comes right after, and must find it.
            put(type, of.woven);
        }
        Woven result = of.woven;
        return result == null ? null : result.bytes;
    }

    /** Retransforms the classes of these ids in one batch, then one by one when that fails; answers the failures, or nothing. */
    String[] retransform(int[] ids) {
        doors.spySlot(); // before anything is touched, because it may be refused
        String[] failures = new String[ids.length];
        Arrays.fill(failures, "");
        IdentityHashMap<Class<?>, Asked> asked = new IdentityHashMap<>();
        List<Class<?>> wanted = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            Class<?> type = classes.byId(ids[i]);
            String refusal = type == null ? "it was unloaded" : Hittable.refusalToBeChanged(type, instrumentation);
            if (refusal != null || type == null) {
                failures[i] = String.valueOf(refusal);
            } else if (asked.put(type, new Asked()) == null) {
                wanted.add(type);
            }
        }
        batch = asked;
        register();
        try {
            if (!wanted.isEmpty() && change(wanted.toArray(new Class<?>[0])) != null) {
                for (int i = 0; i < wanted.size(); i++) {
                    Class<?> type = wanted.get(i);
                    String failure = change(type);
                    Asked of = asked.get(type);
                    if (failure != null && of != null) {
                        of.failure = of.failure == null ? failure : of.failure;
                        if (of.answered) {
                            put(type, of.before);
                        }
                    }
                }
            }
        } finally {
            batch = null;
        }
        for (int i = 0; i < ids.length; i++) {
            Class<?> type = classes.byId(ids[i]);
            Asked of = type == null ? null : asked.get(type);
            if (of != null && of.failure != null) {
                failures[i] = of.failure;
            }
        }
        register();
        doors.forgetSites(woven.length == 0);
        return failures;
    }

    /** Says what a class is woven into, null for nothing; forgets those that were unloaded. */
    private void put(Class<?> type, @Nullable Woven now) {
        List<Woven> next = new ArrayList<>();
        for (Woven each : woven) {
            Class<?> other = each.get();
            if (other != null && other != type) {
                next.add(each);
            }
        }
        if (now != null) {
            next.add(now);
        }
        woven = next.toArray(new Woven[0]);
    }

    private @Nullable String change(Class<?>... types) {
        try {
            instrumentation.retransformClasses(types);
            return null;
        } catch (Throwable refused) {
            String message = refused.getMessage();
            return refused.getClass().getSimpleName() + (message == null ? "" : ": " + message);
        }
    }

    /**
     * Gives every woven class its own bytes back and takes the transformer out. What fails stays noted as woven, so that a
     * later call tries it again: a target whose heap is full for a moment is healed when it is not.
     *
     * @return whether nothing is left to restore
     */
    boolean restore() {
        leaving = true;
        loading = null;
        List<Class<?>> all = new ArrayList<>();
        for (Woven each : woven) {
            Class<?> type = each.get();
            if (type != null) {
                all.add(type);
            }
        }
        boolean done = true;
        if (!all.isEmpty()) {
            batch = new IdentityHashMap<>();
            register();
            if (change(all.toArray(new Class<?>[0])) != null) {
                for (int i = 0; i < all.size(); i++) {
                    done &= change(all.get(i)) == null;
                }
            }
            batch = null;
        }
        if (done) {
            woven = new Woven[0];
            register();
            // Also when it never was: a transformer too many would keep us.
            instrumentation.removeTransformer(this);
        }
        return done;
    }
}
