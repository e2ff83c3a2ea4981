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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private SourceOptions options = new SourceOptions();

    @Override
    public void check() throws UsageError {
        options.check();
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
                .lines(
                        new ClassChoice(of.classGlob(), options.loader),
                        of.method().toString(),
                        options.place,
                        options.decompile);
        if (!lines.named()) {
            output.notice("the class was compiled without names of variables: they go by their slots, such as slot3");
        }
        output.row(LinesRow.of(lines));
    }
}
