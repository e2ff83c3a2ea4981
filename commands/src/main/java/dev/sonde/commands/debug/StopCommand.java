package dev.sonde.commands.debug;

import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.CallerFrame;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetGone;
import dev.sonde.jvm.Variables;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.Limits;
import java.util.OptionalInt;

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

    /**
     * What can be read of the frame that is looked at; of one above the one that stands it is said as of when.
     *
     * @throws TargetError when it is not known
     */
    static Variables variables(Here here) throws TargetError {
        int number = here.debugger.frame(here.target.id());
        CallerFrame frame = here.stop.stack().get(number);
        Variables known;
        try {
            known = here.stop.variables(number);
        } catch (TargetGone e) {
            throw e;
        } catch (TargetError e) {
            throw new TargetError(
                    "the variables of frame " + number + " ("
                            + StopRow.place(frame.className(), frame.method(), OptionalInt.empty())
                            + ") are not known: " + e.getMessage() + "; down goes back",
                    e);
        }
        if (!known.isNow()) {
            here.context.output().notice(asOf(frame, number));
        }
        return known;
    }

    static String asOf(CallerFrame frame, int number) {
        return "frame " + number + ": its variables as they were when line " + frame.line() + " began";
    }
}
