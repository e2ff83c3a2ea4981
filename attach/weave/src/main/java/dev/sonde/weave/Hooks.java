package dev.sonde.weave;

/**
 * The hooks that woven code calls: what {@link Weaver} writes and the agent links. All are {@code invokedynamic} with
 * bootstrap {@code java/sonde/SpyV2.link(Lookup, String, Object type, Object spySlot, Object siteId) Object}.
 *
 * <p>Reference types are erased to {@code Object}, primitives stay what they are, so linking a hook never loads a class of
 * the application. With {@code P*} the method's parameters, {@code T} {@code this} (an Object; absent in static methods) and
 * {@code R} the result (absent for void):
 *
 * <ul>
 *   <li>{@code enter (T? P*)J}, first thing in the method; in a constructor {@code T} is absent, because there is no object
 *       yet. Answers one bit for each probe that wants to see the exit; 0 is nobody.
 *   <li>{@code clock (J)J}, right after it, with those bits: the time the call started, or 0 for bits 0.
 *   <li>{@code return (R? J J T? P*)V}, before each return: result, bits, start.
 *   <li>{@code throw (Throwable J J T? P*)V}, when an exception leaves the method; in a constructor only after {@code
 *       super()}.
 *   <li>{@code line (T? V*)V}, before the first instruction of a line, with {@code V*} the local variables that can be read
 *       there, by slot; in a constructor {@code T} is absent before {@code super()}. Each place has a site of its own, because
 *       each has other variables: {@link LineMap} tells which.
 *   <li>{@code stand (T? V*)J} instead of it, where variables may be set: not 0 when this thread is to go on with others than
 *       it has. Then follows {@code take (Object)J} with an {@code Object[]} as long as {@code V*}: not 0 when it was filled with
 *       what they are to be, boxed.
 * </ul>
 *
 * <p>No hook throws, and none adds a branch but {@code stand}, which jumps over what takes the values, to a frame of its own.
 */
public final class Hooks {

    /** The class that holds the bootstrap method. {@code java.*}, because loaders of OSGi delegate nothing else. */
    public static final String SPY = "java/sonde/SpyV2";

    public static final String LINK = "link";
    public static final String LINK_DESCRIPTOR =
            "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/Object;Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;";

    public static final String ENTER = "enter";
    public static final String CLOCK = "clock";
    public static final String RETURN = "return";
    public static final String THROW = "throw";
    public static final String LINE = "line";
    public static final String STAND = "stand";
    public static final String TAKE = "take";

    private Hooks() {}
}
