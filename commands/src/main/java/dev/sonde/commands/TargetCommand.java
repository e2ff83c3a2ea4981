package dev.sonde.commands;

import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;

/** A command that looks at one JVM. The frame finds it, or says how to choose one. */
public abstract class TargetCommand extends BaseCommand {

    @Override
    public final boolean wantsTarget() {
        return true;
    }

    @Override
    public final void run(Context context)
            throws UsageError, ExpressionError, TargetError, ExpectationFailed, InterruptedException {
        run(
                context.target()
                        .orElseThrow(() -> UsageError.withoutUsage("no target is selected; @PID or @NAME selects one")),
                context);
    }

    protected abstract void run(Target target, Context context)
            throws UsageError, ExpressionError, TargetError, ExpectationFailed, InterruptedException;
}
