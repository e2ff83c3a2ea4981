package dev.sonde.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything the agent must know of a probe. Expressions are per site, because they are typed against its method. */
public final class ProbePlan {

    /** What a probe does with a hit. */
    public static final int WATCH = 1;

    public static final int COUNT = 2;

    /** One hit is the tree of calls below one call of a site that is not {@link Armed#callee}. */
    public static final int TRACE = 3;

    /** As {@link #WATCH}, and a hit is its stack alone: no values are captured. */
    public static final int STACK = 4;

    /**
     * Parks the thread that hits, as {@link #park} says; its sites are lines, or entries of methods without lines. Of a site that is
     * {@link Armed#callee} it is measured how often it is called.
     */
    public static final int BREAK = 5;

    /**
     * The lines and exits between which the threads of one session are stepped; hit only by a thread that {@link
     * Wire#RESUME} has sent on its way. {@link #park} says whose.
     */
    public static final int STEP = 6;

    /** Counts what the one capture of each site gives, which is a number; its sites are lines. */
    public static final int VALUE = 7;

    /** {@link #when}: report on entry. */
    public static final int ON_ENTRY = 1;

    /** {@link #when}: report on a normal return. */
    public static final int ON_RETURN = 2;

    /** {@link #when}: report when the method throws. */
    public static final int ON_THROW = 4;

    /**
     * {@link #when}, with {@link #ON_ENTRY}: a call that was reported on entry is reported again when it ends, and says
     * whether what was captured has changed meanwhile ({@link Values#CALL_PART}). Needs a condition that is decided on entry.
     */
    public static final int CHANGES = 8;

    public final int id;
    public final int kind;
    /** A sum of {@link #ON_ENTRY}, {@link #ON_RETURN}, {@link #ON_THROW} and {@link #CHANGES}. */
    public final int when;
    /** Hits to report before the probe ends by itself; 0 for no end. */
    public final int hits;
    /** Hits to report in one second; the others are counted as dropped. 0 for no limit. */
    public final int hitsPerSecond;
    /** Milliseconds from arming until the probe ends by itself; 0 for the life of the link. */
    public final int leaseMillis;
    /** Microseconds of hit path (condition, capture, hand-over) per second that trip the probe; 0 for no budget. */
    public final int budgetMicros;

    public final Limits limits;
    public final List<Armed> sites;
    /** Of a {@link #BREAK} or {@link #STEP}; null for all others. */
    public final @Nullable Park park;

    public ProbePlan(
            int id,
            int kind,
            int when,
            int hits,
            int hitsPerSecond,
            int leaseMillis,
            int budgetMicros,
            Limits limits,
            List<Armed> sites) {
        this(id, kind, when, hits, hitsPerSecond, leaseMillis, budgetMicros, limits, sites, null);
    }

    public ProbePlan(
            int id,
            int kind,
            int when,
            int hits,
            int hitsPerSecond,
            int leaseMillis,
            int budgetMicros,
            Limits limits,
            List<Armed> sites,
            @Nullable Park park) {
        this.id = id;
        this.kind = kind;
        this.when = when;
        this.hits = hits;
        this.hitsPerSecond = hitsPerSecond;
        this.leaseMillis = leaseMillis;
        this.budgetMicros = budgetMicros;
        this.limits = limits;
        this.sites = Collections.unmodifiableList(new ArrayList<>(sites));
        this.park = park;
    }

    /** {@link Armed#role}: it has nothing to do with tasks. */
    public static final int NO_TASKS = 0;

    /** {@link Armed#role}: it hands a task to another thread. */
    public static final int HANDS_OVER = 1;

    /** {@link Armed#role}: it runs a task, from its entry to its end. */
    public static final int RUNS = 2;

    /** {@link Armed#role}: called right before a task is run by this thread. */
    public static final int BEFORE_RUN = 3;

    /** {@link Armed#role}: called right after. */
    public static final int AFTER_RUN = 4;

    /** {@link Armed#role}: it is told that a task which was handed over is not taken. */
    public static final int REFUSES = 5;

    /** {@link Armed#role}: it puts something into a queue, which may be a task. */
    public static final int PUTS = 6;

    /** {@link Armed#role}: it asks a queue for what this thread is to do next, and returns that. */
    public static final int TAKES = 7;

    /** {@link Armed#role}: it starts a thread, which is its object. */
    public static final int STARTS = 8;

    /** {@link Armed#role}: a branch of the tree as other callees, and what another thread may have been given to run. */
    public static final int MAY_RUN = 9;

    /** {@link Armed#task}: the object whose method it is. */
    public static final int TASK_IS_THIS = 255;

    /** {@link Armed#task}: what the thread was made to run whose method it is. */
    public static final int TASK_IS_TARGET = 254;

    /** A site of the probe with the expressions as they were typed for it. */
    public static final class Armed {

        public final Site site;
        /**
         * The condition, of kind {@link Expr#BOOL}. One that names neither result, error nor cost is decided on entry (so
         * a false one reads no clock), unless {@link #decideOnExit}.
         */
        public final @Nullable Expr condition;

        public final boolean decideOnExit;
        /** Of a trace: a method that is a branch of the tree, and begins none. */
        public final boolean callee;
        /** Of a trace: what this method does with work that goes to another thread; {@link #NO_TASKS} and others. */
        public final int role;
        /** With a role: which argument, from 0, is the task; {@link #TASK_IS_THIS} for the object itself, {@link #TASK_IS_TARGET}. */
        public final int task;
        /** What to capture; empty for the default: this, arguments, result or error. */
        public final List<Expr> captures;
        /** The method's generic type (JVMS 4.7.9.1): what is in its lists and maps. Empty when it has none. */
        public final String signature;

        public Armed(Site site, @Nullable Expr condition, boolean decideOnExit, List<Expr> captures) {
            this(site, condition, decideOnExit, captures, "");
        }

        public Armed(Site site, @Nullable Expr condition, boolean decideOnExit, List<Expr> captures, String signature) {
            this(site, condition, decideOnExit, false, NO_TASKS, 0, captures, signature);
        }

        private Armed(
                Site site,
                @Nullable Expr condition,
                boolean decideOnExit,
                boolean callee,
                int role,
                int task,
                List<Expr> captures,
                String signature) {
            this.site = site;
            this.condition = condition;
            this.decideOnExit = decideOnExit;
            this.callee = callee;
            this.role = role;
            this.task = task;
            this.signature = signature;
            this.captures = Collections.unmodifiableList(new ArrayList<>(captures));
        }

        /** A method that a trace follows calls into, or a breakpoint measures. */
        public static Armed callee(Site site) {
            return new Armed(site, null, false, true, NO_TASKS, 0, Collections.<Expr>emptyList(), "");
        }

        /** A method through which tasks go to another thread, or run there. */
        public static Armed ofTasks(Site site, int role, int task) {
            return new Armed(site, null, false, true, role, task, Collections.<Expr>emptyList(), "");
        }
    }

    public void write(WireWriter out) {
        out.i4(id).u1(kind).u1(when).i4(hits).i4(hitsPerSecond).i4(leaseMillis).i4(budgetMicros);
        limits.write(out);
        out.i4(sites.size());
        for (Armed armed : sites) {
            armed.site.write(out);
            out.bool(armed.condition != null);
            if (armed.condition != null) {
                armed.condition.write(out);
            }
            out.bool(armed.decideOnExit)
                    .bool(armed.callee)
                    .u1(armed.role)
                    .u1(armed.task)
                    .i4(armed.captures.size());
            for (Expr capture : armed.captures) {
                capture.write(out);
            }
            out.string(armed.signature);
        }
        out.bool(park != null);
        if (park != null) {
            park.write(out);
        }
    }

    public static ProbePlan read(WireReader in) {
        int id = in.i4();
        int kind = in.u1();
        int when = in.u1();
        int hits = in.i4();
        int hitsPerSecond = in.i4();
        int leaseMillis = in.i4();
        int budgetMicros = in.i4();
        Limits limits = Limits.read(in);
        int count = in.length(1);
        List<Armed> sites = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Site site = Site.read(in);
            Expr condition = in.bool() ? Expr.read(in) : null;
            boolean decideOnExit = in.bool();
            boolean callee = in.bool();
            int role = in.u1();
            int task = in.u1();
            int captureCount = in.length(1);
            List<Expr> captures = new ArrayList<>(captureCount);
            for (int c = 0; c < captureCount; c++) {
                captures.add(Expr.read(in));
            }
            sites.add(new Armed(site, condition, decideOnExit, callee, role, task, captures, in.string()));
        }
        Park park = in.bool() ? Park.read(in) : null;
        return new ProbePlan(id, kind, when, hits, hitsPerSecond, leaseMillis, budgetMicros, limits, sites, park);
    }
}
