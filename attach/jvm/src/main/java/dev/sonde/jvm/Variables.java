package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.Limits;
import java.util.List;
import java.util.Map;

/** What can be read of one frame of a thread that stands. */
public interface Variables {

    /** Names of the variables that can be read here, arguments included, in the order of their slots. */
    List<String> locals();

    /** Names of the arguments among them. */
    List<String> arguments();

    /** Variables that are in scope and cannot be read, each with the reason. */
    List<String> hidden();

    /** The arguments among these. */
    List<String> hiddenArguments();

    /** Whether they are told as they are; otherwise as they were when the frame's line began. */
    boolean isNow();

    /** Whether there is a {@code this}. */
    boolean hasThis();

    /**
     * What variables are now, by name; {@code this} is one of them if asked for.
     *
     * @throws TargetError when the thread no longer stands
     */
    Map<String, Value> values(List<String> names, Limits limits) throws TargetError;

    /**
     * What expressions are now.
     *
     * @throws ExpressionError when one is wrong
     * @throws TargetError when the thread no longer stands
     */
    List<Value> evaluate(List<String> expressions, Limits limits) throws TargetError, ExpressionError;
}
