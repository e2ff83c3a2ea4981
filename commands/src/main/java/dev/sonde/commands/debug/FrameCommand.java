package dev.sonde.commands.debug;

import dev.sonde.jvm.CallerFrame;
import dev.sonde.jvm.TargetError;
import dev.sonde.jvm.TargetGone;
import dev.sonde.jvm.Variables;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** A command that looks at another frame of the thread that stands. */
abstract class FrameCommand extends StopCommand {

    @Parameters(index = "0", arity = "0..1", paramLabel = "N", description = "frames to go", defaultValue = "1")
    private int count;

    @Override
    final void run(Here here) throws TargetError {
        int from = here.debugger().frame(here.target().id());
        int to = from + direction() * count;
        int last = here.stop().stack().size() - 1;
        if (to < 0 || to > last) {
            throw new TargetError(
                    "frame " + to + " is not between 0, which stands, and " + last + ", the thread's first");
        }
        here.debugger().look(here.target().id(), to);
        CallerFrame frame = here.stop().stack().get(to);
        Optional<Variables> there = Optional.empty();
        String why = "";
        try {
            there = Optional.of(here.stop().variables(to));
        } catch (TargetGone e) {
            throw e;
        } catch (TargetError e) {
            why = e.getMessage();
        }
        here.context().output().row(FrameRow.of(frame, to, true, there));
        if (there.isEmpty()) {
            here.context().output().notice("its variables are not known: " + why);
        } else if (!there.get().isNow()) {
            here.context().output().notice(asOf(frame, to));
        }
    }

    /** 1 to the callers, -1 back. */
    abstract int direction();
}
