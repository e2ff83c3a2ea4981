package dev.sonde.wire;

/**
 * The frame types and the numbers that both sides must agree on.
 *
 * <p>A frame on the link is {@code u4 length | u1 version | u1 type | u4 correlation | payload}, big-endian, where length
 * counts everything after itself. A request carries a correlation id that its sender chose (never 0) and is answered by
 * exactly one {@link #REPLY} or {@link #REFUSED} with the same id; correlation 0 marks a frame that wants no answer.
 * {@link #TRANSFORM} is the one request that the agent makes.
 */
public final class Wire {

    /** The version byte of every frame. A side that meets another one closes the link. */
    public static final int VERSION = 1;

    /** The longest frame either side accepts, in bytes. A class file of 4 MiB is already far beyond javac's limits. */
    public static final int MAX_FRAME = 16 << 20;

    /** Bytes from the start of a frame to its payload. */
    public static final int HEADER = 4 + 1 + 1 + 4;

    // ---- answers, both ways -------------------------------------------------------------------------------------

    /** The answer to a request; the payload is what the request's own documentation says. */
    public static final int REPLY = 1;

    /** The answer to a request that could not be done; payload: {@code string reason}. */
    public static final int REFUSED = 2;

    // ---- bastion to agent ---------------------------------------------------------------------------------------

    /**
     * The bastion's first frame, after {@link #HELLO}: proves that the bastion knows the attach secret, and sets what holds
     * for the whole link. Payload: {@code string bastionToken, int silenceMillis, int hitsPerSecond, strings maskedNames,
     * strings maskedTypes, int budgetMicros}. Hits and microseconds are in a second and of all probes together; probes without a
     * limit of their own are not held to them, and 0 is none. Names: {@link MaskedNames}. The agent heals the target when nothing arrives for {@code silenceMillis}.
     */
    public static final int WELCOME = 10;

    /** Sent each second by the bastion, so that silence means loss; answered with an empty {@link #REPLY}. */
    public static final int PING = 11;

    /** Heal the target, then answer with an empty {@link #REPLY} as the last frame, close, and unload. Payload: none. */
    public static final int BYE = 12;

    /**
     * Loaded classes by name. Payload: {@code string glob, int limit, int flags}; the glob has {@code *} and {@code ?} and
     * matches {@link Class#getName()}; one without a dot also matches the simple name (after the last {@code .} or
     * {@code $}). Reply: {@code int matched, int scanned, list of} {@link ClassEntry} (at most limit of them).
     */
    public static final int FIND_CLASSES = 20;

    /**
     * What a class is made of. Payload: {@code int classId}. Reply: {@code int superclassId (0: none), ints interfaceIds,
     * bytes classFile}. Read as a resource from the class's loader; an empty classFile means it has none to give.
     */
    public static final int CLASS_FILE = 21;

    /**
     * The loaded class of a name as another class would see it. Payload: {@code int fromClassId, string name} (as {@link
     * Class#getName()}). Reply: {@code boolean found, } {@link ClassEntry}. Never loads a class.
     */
    public static final int RESOLVE_CLASS = 22;

    /** The class loaders. Payload: none. Reply: list of {@link LoaderEntry}. */
    public static final int LOADERS = 23;

    /**
     * Methods that are on a stack now, of the given classes. Payload: {@code strings classNames}. Reply: list of {@code
     * string class, string method, int threads}.
     */
    public static final int ON_STACK = 24;

    /**
     * Where classes come from, and why they cannot be woven. Payload: {@code ints classIds}. Reply: list of {@link
     * ClassOrigin}; a class that was unloaded is left out.
     */
    public static final int CLASS_ORIGINS = 25;

    /**
     * Expressions over the static fields of a class, evaluated now, on the agent's own thread. Payload: {@code int classId, }
     * {@link Limits}{@code , int n}, then n {@link Expr}. Reply: {@code boolean initialised}, and if it is, {@code bytes hit}
     * of the {@link Values#EXPRESSION_SHAPE}. Never initialises a class.
     */
    public static final int EVALUATE = 26;

    /**
     * Retransform these classes in one batch (and, when that fails, one by one). Payload: {@code ints classIds}. The agent
     * asks {@link #TRANSFORM} for each before it replies. Reply: list of {@code int classId, string failure} (empty: done).
     */
    public static final int RETRANSFORM = 30;

    /**
     * Put a probe on woven sites. Payload: a {@link ProbePlan}. Reply: none. A probe id already known gets the new plan and
     * keeps what it counted, its lease and the hits it has left.
     */
    public static final int ARM = 31;

    /**
     * Take a probe off its sites. Payload: {@code int probeId}. Reply: {@link ProbeCounters} (the sum of its sites). Unknown
     * ids: refused.
     */
    public static final int DISARM = 32;

    /**
     * The counters of a probe, site by site. Payload: {@code int probeId}. Reply: {@code int n}, then n times {@code int
     * siteId, } {@link ProbeCounters}. A probe keeps its histogram for each site.
     */
    public static final int COUNTERS = 33;

    /** Replaces the globs of classes to be told of when they load. Payload: {@code strings globs} (none: stop). */
    public static final int AWAIT_CLASSES = 34;

    /**
     * Loaded classes that are one of the given or extend or implement it, for calls whose target is known only when they run.
     * Payload: {@code ints classIds, int limit}. Reply, for each id in order: {@code int matched, list of} {@link ClassEntry}
     * (at most limit of them); those of the boot and platform loaders are neither counted nor listed, unless they are the class
     * itself.
     */
    public static final int SUBTYPES = 28;

    /**
     * Where libraries keep what request a thread works for; replaces what was sent before. Payload: {@code int n}, then n
     * {@link ContextSource}s. Those whose class is loaded are read at each hit from now on. Reply: {@code strings labels} of these.
     */
    public static final int CONTEXTS = 36;

    // ---- bastion to agent: threads that stand at a breakpoint ------------------------------------------------------

    /**
     * Sends a thread on its way. Payload: {@code int stopId, int how (}{@link #CONTINUE}…{@code ), int count (lines to go; from
     * 1), int untilLine, int n}, then n times {@code int siteId, int line, int spot}: what the sites of the session's {@link
     * ProbePlan#STEP} are; and for all but {@link #CONTINUE} {@code strings methods} ({@code class.method}) that have hooks since this
     * thread stands, so that frames of them that it is in have none. Reply: none. A stop that is over: refused.
     */
    public static final int RESUME = 40;

    /** {@link #RESUME}: no further than to the next breakpoint. */
    public static final int CONTINUE = 0;

    /** {@link #RESUME}: to the next line of this frame, or of the nearest that is hooked when it ends. */
    public static final int NEXT = 1;

    /** {@link #RESUME}: to the next line, be it in a method that is called. */
    public static final int STEP = 2;

    /** {@link #RESUME}: to where this frame ends. */
    public static final int STEP_OUT = 3;

    /** {@link #RESUME}: to the line {@code untilLine} of this frame, or to its end. */
    public static final int UNTIL = 4;

    /** Gives a parked thread a new deadline. Payload: {@code int stopId, int millis (from now)}. Reply: none. */
    public static final int EXTEND = 41;

    /**
     * Expressions over what a parked thread sees, evaluated on the agent's own thread. Payload: {@code int stopId, int frame}
     * (one of those that {@link #STOPPED} told of){@code , }{@link Limits}{@code , int n}, then n {@link Expr}. Reply: {@code
     * bytes hit} of the {@link Values#EXPRESSION_SHAPE}.
     */
    public static final int STOP_VALUES = 42;

    /**
     * Gives a variable another value while a thread stands. Payload: {@code int stopId, }{@link Limits}{@code , }{@link Expr}
     * {@code variable, string type, }{@link Expr}{@code value}. The variable is an {@link Expr#ARG} (of a stop that {@link
     * Park#sets}), a {@link Expr#FIELD}, {@link Expr#STATIC_FIELD} or {@link Expr#MEMBER}, or an {@link Expr#INDEX} of an array; a
     * reference for an argument must be of the type, as {@link Class#getName} gives it (empty: any). The value is made what the
     * variable is, if that loses nothing. Reply: {@code bytes before, bytes after}, each a hit of the {@link
     * Values#EXPRESSION_SHAPE}, the variable first in it. What cannot be done is refused, and nothing is changed.
     */
    public static final int STOP_SET = 43;

    /**
     * What the JVM keeps of a frame of a parked thread that no hook has seen; its thread is asked, where it stands. Payload: {@code int
     * stopId, int frame} (as {@link #STOPPED} counts them). Reply: {@code int classId, string className, string method, int bci, int
     * line (-1: not known, -2: native), u1 mode (}{@link #INTERPRETED}{@code , }{@link #COMPILED}{@code ), int n}, then n slots (JVMS 2.6.1), each {@code u1 kind (}{@link
     * #SLOT_NULL}…{@code ), i8 bits} (of a primitive; of an {@code int} and what is smaller the lower half, of the two slots of a {@code long} or {@code
     * double} the second).
     */
    public static final int STOP_FRAME = 44;

    /** {@link #STOP_FRAME}: the interpreter runs it; what was a compiled frame once has lost what was not used any more. */
    public static final int INTERPRETED = 1;

    /** {@link #STOP_FRAME}: compiled code runs it; what that does not keep is a primitive 0, or null. */
    public static final int COMPILED = 2;

    /** {@link #STOP_FRAME}: a reference that is null, or said to be. */
    public static final int SLOT_NULL = 0;

    public static final int SLOT_OBJECT = 1;
    public static final int SLOT_PRIMITIVE = 2;

    /**
     * As {@link #STOP_VALUES}, over a frame that {@link #STOP_FRAME} told of. Payload: {@code int stopId, int frame, }{@link Site}
     * {@code (whose arguments the variables are), ints slots, string letters, }{@link Limits}{@code , int n}, then n {@link Expr}. The first
     * slot is that of this (-1: none), then one for each argument; the letters are those of descriptors ({@code L} for all
     * references).
     */
    public static final int FRAME_VALUES = 45;

    // ---- agent to bastion ---------------------------------------------------------------------------------------

    /**
     * The agent's first frame. Payload: {@code string agentToken, int wireVersion, string javaVersion, string vmName,
     * boolean retransformDropsCompiledCode}.
     */
    public static final int HELLO = 50;

    /**
     * A request by the agent: the bytes of a class that is being retransformed. Payload: {@code int classId, int spySlot,
     * bytes classFile}; the spy slot is the first static argument of every hook's bootstrap. Reply: {@code boolean woven,
     * bytes classFile}; not woven means: leave it, or restore it.
     */
    public static final int TRANSFORM = 51;

    /** Hits, oldest first. Payload: {@code int n}, then n times {@code bytes hit}, each as {@link Values} describes it. */
    public static final int HITS = 52;

    /** Something a person should know. Payload: {@code int probeId (0: none), string text}. */
    public static final int NOTICE = 53;

    /** A probe ended by itself: its hits are used up, its lease is over, or it tripped. Payload: {@code int probeId, string
     * reason, } {@link ProbeCounters}. */
    public static final int PROBE_ENDED = 54;

    /** How the reason of {@link #PROBE_ENDED} begins when a probe used more than its own budget; then follows how much. */
    public static final String OVER_BUDGET = "over its budget: ";

    /** How it begins when all probes on the target used more than the target's budget together. */
    public static final String OVER_TARGET_BUDGET = "over the target's budget: ";

    /** Classes that were awaited have loaded. Payload: {@code strings names}. */
    public static final int CLASSES_LOADED = 55;

    /**
     * A thread stands. Payload: {@code int stopId, int before (the stop that it was stepped from; 0: none), int probeId, int
     * siteId, u1 event (}{@link ProbePlan#ON_ENTRY}…{@code ), i8 epochMillis, i8 threadId, string thread, int millis (until it
     * goes on by itself), boolean interrupted, i8 calls (of the breakpoint's method in 1,000 s, before; -1: not known)}, then
     * {@code int frame, int siteId} for each frame of which it is known what a hook saw last, counted from 0, where the thread
     * stands; {@code int -1}; then what follows the tag of a {@link Values#STACK_PART}. Frames above 0 are those that it was
     * stepped through; one that was left since may be among them, and is told by its site.
     */
    public static final int STOPPED = 60;

    /**
     * A thread that stood goes on. Payload: {@code int stopId, u1 how (}{@link #RESUMED}…{@code ), i8 parkedNanos, string why
     * (for people; empty when it was asked for), i8 calls (in 1,000 s, meanwhile; -1: not known), boolean rests}: its breakpoint stops
     * nobody any more until it is armed again.
     */
    public static final int RELEASED = 61;

    /** {@link #RELEASED}: by {@link #RESUME}. */
    public static final int RESUMED = 0;

    /** {@link #RELEASED}: its time was over. */
    public static final int LAPSED = 1;

    /** {@link #RELEASED}: others waited for what it holds. */
    public static final int LET_GO = 2;

    /** {@link #RELEASED}: the link is lost or silent. */
    public static final int LINK_LOST = 3;

    /** {@link #RELEASED}: it was stepped and will not come to a line that is hooked; parkedNanos is 0. */
    public static final int RAN_ON = 4;

    /** Threads wait for what a parked one holds. Payload: {@code int stopId, strings names (at most 20), int n}. */
    public static final int WAITING = 62;

    /** How often the breakpoint's method is called while a thread stands; from time to time. Payload: {@code int stopId, i8 calls (in 1,000 s)}. */
    public static final int PACE = 63;

    private Wire() {}
}
