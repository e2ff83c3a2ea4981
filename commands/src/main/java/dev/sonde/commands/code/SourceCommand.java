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
import dev.sonde.weave.Location;
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
@Example("source OrderService.place")
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
        Wanted wanted = wanted(target);
        output.row(SourceRow.of(target.code()
                .source(
                        new ClassChoice(wanted.glob, options.loader),
                        wanted.method,
                        options.place,
                        options.decompile)));
    }

    private record Wanted(String glob, Optional<String> method) {}

    /** {@code OrderService.place} is a method, unless a class is called so. */
    private Wanted wanted(Target target) throws TargetError {
        Wanted asTyped = new Wanted(glob, method);
        if (method.isPresent() || !target.classes(glob, 1).isEmpty()) {
            return asTyped;
        }
        try {
            return Location.parse(glob) instanceof Location.OfMethod of
                            && of.offset() == 0
                            && !target.classes(of.classGlob(), 1).isEmpty()
                    ? new Wanted(of.classGlob(), Optional.of(of.method().toString()))
                    : asTyped;
        } catch (IllegalArgumentException e) {
            return asTyped; // and is no class either
        }
    }
}
