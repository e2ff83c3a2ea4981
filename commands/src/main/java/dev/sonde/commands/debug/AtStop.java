package dev.sonde.commands.debug;

import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.jvm.CallerFrame;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.Variables;
import dev.sonde.weave.ExpressionError;
import java.util.List;
import java.util.Map;

/** What commands that are about a class show without one: the same of the thread that stands. */
public final class AtStop {

    private AtStop() {}

    /**
     * {@code stack}: its frames, the one that is looked at marked.
     *
     * @throws TargetError when no thread stands
     */
    public static void stack(Target target, Context context) throws TargetError, InterruptedException {
        Debugger debugger = context.debugger();
        List<CallerFrame> frames = debugger.standing(target).stack();
        int looked = debugger.frame(target.id());
        for (int i = 0; i < frames.size(); i++) {
            context.output().row(FrameRow.of(frames.get(i), i, i == looked));
        }
    }

    /**
     * {@code fields}: those of {@code this}, of the frame that is looked at.
     *
     * @throws TargetError when no thread stands, or its method has no {@code this}
     */
    public static void fields(Target target, Context context)
            throws TargetError, ExpressionError, InterruptedException {
        Stop stop = context.debugger().standing(target);
        Variables there = StopCommand.variables(new StopCommand.Here(target, context, context.debugger(), stop));
        context.output()
                .row(new VariablesRow(
                        stop.thread(),
                        Map.of(
                                "this",
                                there.evaluate(List.of("this"), StopCommand.LIMITS)
                                        .get(0)),
                        List.of()));
    }
}
