package dev.sonde.commands.debug;

import dev.sonde.commands.UsageError;
import dev.sonde.jvm.Stop;
import dev.sonde.jvm.TargetError;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A command that sends the thread to another line, and waits for it there. */
abstract class WayCommand extends StopCommand {

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            description = "wait so long until it stands again; then it is awaited in the background",
            defaultValue = "10s")
    private Duration wait = Duration.ofSeconds(10);

    @Override
    final void run(Here here) throws UsageError, TargetError, ExpectationFailed, InterruptedException {
        here.debugger().attend();
        try {
            go(here.stop());
            if (!Telling.await(here.context(), Optional.of(here.stop()), wait)
                    && here.stop()
                            .end()
                            .map(end -> end.cause() == Stop.Cause.RESUMED)
                            .orElse(true)) {
                if (here.context().cancel().cancelled()) {
                    here.stop().abandon(); // who types Ctrl-C waits for it no more
                    return;
                }
                here.context()
                        .output()
                        .notice(here.stop().thread() + " is still on its way; stops --wait waits for it, and what it"
                                + " comes to is told");
            }
        } finally {
            here.debugger().goOn();
        }
    }

    abstract void go(Stop stop) throws UsageError, TargetError;
}
