package dev.sonde.commands.debug;

import dev.sonde.commands.Context;
import dev.sonde.commands.Debugger;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code continue}: sends the thread on. */
@Command(
        name = "continue",
        aliases = {"c", "cont"},
        description = "send the thread on; the breakpoints stay")
@Needs(Grant.SUSPEND)
@Example("continue")
@Example("continue --all")
@Example("continue --all --disable")
@Example("continue --wait 20s")
final class ContinueCommand extends TargetCommand {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "STOP",
            description = "a number as stops lists them, of this session; none is the thread that is looked at")
    private Optional<Integer> stop = Optional.empty();

    @Option(names = "--all", description = "all threads that stand for this session on this target")
    private boolean all;

    @Option(
            names = "--disable",
            description = "first disable this session's breakpoints on this target, so that nobody else is stopped")
    private boolean disable;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            description = "wait so long for the next thread that stops: for scripts")
    private Optional<Duration> wait = Optional.empty();

    @Override
    public void check() throws UsageError {
        if (all && stop.isPresent()) {
            throw new UsageError("either STOP or --all is accepted");
        }
        if (disable && wait.isPresent()) {
            throw new UsageError("either --wait or --disable is accepted: nobody is stopped any more");
        }
    }

    private static Stop one(int number, List<Stop> mine, Target target) throws TargetError {
        for (Stop each : mine) {
            if (each.id() == number) {
                return each;
            }
        }
        boolean others = target.stops().stream().anyMatch(each -> each.id() == number);
        throw new TargetError(
                others
                        ? "stop " + number + " is another session's"
                        : "no thread of " + target.name() + " stands at stop " + number
                                + "; stops lists those that do");
    }

    private static void disable(Target target, Context context) throws TargetError, ExpressionError {
        List<String> disabled = new ArrayList<>();
        for (Debugger.Breakpoint each : context.debugger().breakpoints()) {
            if (each.target().id().equals(target.id()) && each.enabled()) {
                each.change(each.condition(), false);
                disabled.add(Integer.toString(each.number()));
            }
        }
        if (!disabled.isEmpty()) {
            String numbers = String.join(" ", disabled);
            context.output().notice("disabled: " + numbers + "; enable " + numbers + " has them stop threads again");
        }
    }

    @Override
    protected void run(Target target, Context context)
            throws TargetError, ExpressionError, ExpectationFailed, InterruptedException {
        Debugger debugger = context.debugger();
        List<Stop> mine = debugger.standing().getOrDefault(target.id(), List.of());
        List<Stop> going =
                all ? mine : List.of(stop.isPresent() ? one(stop.get(), mine, target) : debugger.standing(target));
        if (wait.isPresent()) {
            debugger.attend();
        }
        try {
            if (disable) {
                disable(target, context);
            }
            for (Stop each : going) {
                each.resume(Stop.Way.CONTINUE, 1, 0);
            }
            if (wait.isPresent() && !Telling.await(context, Optional.empty(), wait.get())) {
                throw new ExpectationFailed("nobody came within " + StopRow.seconds(wait.get()));
            }
        } finally {
            if (wait.isPresent()) {
                debugger.goOn();
            }
        }
    }
}
