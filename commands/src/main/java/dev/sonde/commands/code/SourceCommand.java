package dev.sonde.commands.code;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Output;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.LoadedCode.ClassChoice;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code source}: the source of a class, as it was written where that is at hand, else decompiled. */
@Command(
        name = "source",
        description = "show the source of a class or a method: as written where it is at hand, else decompiled")
@Needs(Grant.INSTRUMENT)
@Example("source OrderService place")
@Example("source shop.Receipt --decompile")
final class SourceCommand extends TargetCommand {

    @Parameters(index = "0", paramLabel = "CLASS", description = "its name, simple or qualified")
    private String glob = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "METHOD",
            description = "only this one: its name, with parameter types if wanted")
    private Optional<String> method = Optional.empty();

    @Mixin
    private SourceOptions options = new SourceOptions();

    @Override
    public void check() throws UsageError {
        options.check();
    }

    @Override
    protected void run(Target target, Context context) throws TargetError, InterruptedException {
        Output output = context.output();
        target.warning().ifPresent(output::notice);
        output.row(SourceRow.of(
                target.code().source(new ClassChoice(glob, options.loader), method, options.place, options.decompile)));
    }
}
