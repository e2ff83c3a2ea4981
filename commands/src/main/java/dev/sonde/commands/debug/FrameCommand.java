package dev.sonde.commands.debug;

import dev.sonde.jvm.CallerFrame;
import dev.sonde.jvm.TargetError;
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
        here.context().output().row(FrameRow.of(frame, to, true));
        if (to > 0) {
            here.context()
                    .output()
                    .notice(
                            here.stop().variables(to).isPresent()
                                    ? asOf(frame, to)
                                    : "its variables are not known: only those of frames that the thread was stepped through");
        }
    }

    /** 1 to the callers, -1 back. */
    abstract int direction();
}
