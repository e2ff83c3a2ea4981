package dev.sonde.commands.session;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Reached;
import dev.sonde.commands.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code web}: how to see the pages. It starts nothing: the server answers a channel that a client forwards, whenever it does, and
 * listens on no port for it.
 */
@Command(name = "web", description = "tell how a browser and go tool pprof see the profiles, through this ssh")
@Needs(Grant.OBSERVE)
@Example("web")
@Example("web --port 7070")
final class WebCommand extends BaseCommand {

    private static final int HIGHEST = 65_535;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "the port of your own machine that the pages are to have",
            defaultValue = "6060")
    private int port;

    @Override
    public void check() throws UsageError {
        if (port < 1 || port > HIGHEST) {
            throw new UsageError("--port: '" + port + "' is not between 1 and 65,535");
        }
    }

    @Override
    public void run(Context context) throws UsageError {
        Reached here = context.reached()
                .orElseThrow(() -> UsageError.withoutUsage(
                        "the pages go through ssh: start the server with serve, and type web in a session"));
        context.output().row(WebRow.of(here, port));
    }
}
