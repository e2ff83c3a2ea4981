package dev.sonde.commands.debug;

import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.jvm.CallerFrame;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.Value;
import dev.sonde.jvm.Variables;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.Limits;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What commands that are about a class show without one: the same of the thread that stands. */
public final class AtStop {

    private AtStop() {}

    /**
     * The one that stands.
     *
     * @param otherwise what to type for what the command does with a class
     */
    static Stop stop(Target target, Context context, String otherwise) throws TargetError {
        return context.debugger()
                .current(target.id())
                .orElseThrow(() -> new TargetError("no thread of " + target.name()
                        + " stands for this session; or is a class meant: " + otherwise));
    }

    /**
     * {@code stack}: its frames, the one that is looked at marked.
     *
     * @throws TargetError when no thread stands
     */
    public static void stack(Target target, Context context) throws TargetError, InterruptedException {
        Debugger debugger = context.debugger();
        List<CallerFrame> frames = stop(target, context, "stack CLASS METHOD").stack();
        int looked = debugger.frame(target.id());
        for (int i = 0; i < frames.size(); i++) {
            context.output().row(FrameRow.of(frames.get(i), i, i == looked, Optional.empty()));
        }
    }

    /**
     * {@code fields}: those of {@code this}, of the frame that is looked at.
     *
     * @param limits how much of them is shown
     * @throws TargetError when no thread stands, or its method has no {@code this}
     */
    public static void fields(Target target, Context context, Limits limits)
            throws TargetError, ExpressionError, InterruptedException {
        Stop stop = stop(target, context, "fields CLASS");
        Variables there = StopCommand.variables(new StopCommand.Here(target, context, context.debugger(), stop));
        Value self = there.evaluate(List.of("this"), limits).get(0);
        context.output().row(new VariablesRow(stop.thread(), Map.of("this", self), List.of()));
    }
}
