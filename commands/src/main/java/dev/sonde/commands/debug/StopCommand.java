package dev.sonde.commands.debug;

import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.Limits;

/** A command about the thread that stands. */
abstract class StopCommand extends TargetCommand {

    /** Nobody's call waits for it but the one that stands anyway; what is large is still cut. */
    static final Limits LIMITS = new Limits(3, 50, 20, 1_000, 128 << 10, 200_000);

    /** Those of its line, and what the line reaches. */
    record Here(Target target, Context context, Debugger debugger, Stop stop) {}

    @Override
    protected final void run(Target target, Context context)
            throws UsageError, ExpressionError, TargetError, ExpectationFailed, InterruptedException {
        Debugger debugger = context.debugger();
        run(new Here(target, context, debugger, debugger.standing(target)));
    }

    abstract void run(Here here)
            throws UsageError, ExpressionError, TargetError, ExpectationFailed, InterruptedException;

    /** Refuses what needs variables, of a frame whose variables nobody knows. */
    static void requireVariables(Here here) throws TargetError {
        int frame = here.debugger.frame(here.target.id());
        if (frame > 0) {
            throw new TargetError("the variables of frame " + frame + " ("
                    + StopRow.place(
                            here.stop.stack().get(frame).className(),
                            here.stop.stack().get(frame).method(),
                            java.util.OptionalInt.empty())
                    + ") are not known: only those of the frame that stands are; down goes back to it");
        }
    }
}
