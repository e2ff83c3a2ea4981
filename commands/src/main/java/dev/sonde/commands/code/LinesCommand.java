package dev.sonde.commands.code;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Output;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.LoadedCode.ClassChoice;
import dev.sonde.jvm.LoadedCode.LineReports;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.Location;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lines}: where in a method something can be looked at, and what. */
@Command(
        name = "lines",
        description = "show the lines of a method that snap can look at, and the variables that can be read at each")
@Needs(Grant.INSTRUMENT)
@Example("lines OrderService.place")
@Example("lines Inventory.reserve --decompile")
final class LinesCommand extends TargetCommand {

    @Parameters(
            index = "0",
            paramLabel = "LOCATION",
            description = "a method, with parameter types if wanted: OrderService.place, 'Order.add(String,int)'")
    private String method = "";

    @Option(names = "--loader", paramLabel = "L", description = "whose class is meant, when several loaders have it")
    private Optional<String> loader = Optional.empty();

    @Option(
            names = "--source-path",
            paramLabel = "PATH",
            description = "look here alone: a directory or archive at or below what the server's source-path allows")
    private Optional<String> place = Optional.empty();

    @Option(names = "--decompile", description = "decompile, even where the source is at hand")
    private boolean decompile;

    @Override
    public void check() throws UsageError {
        if (decompile && place.isPresent()) {
            throw new UsageError("either --decompile or --source-path is accepted");
        }
        location();
    }

    private Location.OfMethod location() throws UsageError {
        try {
            if (Location.parse(method) instanceof Location.OfMethod of && of.offset() == 0) {
                return of;
            }
        } catch (IllegalArgumentException e) {
            // said below: of all places a method alone is meant here
        }
        throw new UsageError("'" + method + "' is not a method such as Order.place or 'Order.place(int)'");
    }

    @Override
    protected void run(Target target, Context context) throws UsageError, TargetError, InterruptedException {
        Output output = context.output();
        target.warning().ifPresent(output::notice);
        Location.OfMethod of = location();
        LineReports lines = target.code()
                .lines(new ClassChoice(of.classGlob(), loader), of.method().toString(), place, decompile);
        if (!lines.named()) {
            output.notice("the class was compiled without names of variables: they go by their slots, such as slot3");
        }
        output.row(LinesRow.of(lines));
    }
}
