package dev.sonde.commands.code;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Output;
import dev.sonde.commands.TargetCommand;
import dev.sonde.jvm.LoadedCode.ClassChoice;
import dev.sonde.jvm.LoadedCode.ClassReport;
import dev.sonde.jvm.LoadedCode.MethodReports;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code methods}: what a class declares, and whether a probe can be set on it. */
@Command(name = "methods", description = "list a class's methods, with their lines, and why one cannot be woven")
@Needs(Grant.INSTRUMENT)
@Gives(MethodRow.class)
@Example("methods OrderService")
@Example("methods java.lang.Thread 'start*'")
final class MethodsCommand extends TargetCommand {

    @Parameters(
            index = "0",
            paramLabel = "CLASS",
            description = "its name, simple or qualified; * and ? stand for anything")
    private String glob = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "METHOD",
            description = "only these: a name or a glob, with parameter types if wanted",
            defaultValue = "*")
    private String method = "*";

    @Option(names = "--loader", paramLabel = "L", description = "whose class is meant, when several loaders have it")
    private Optional<String> loader = Optional.empty();

    @Override
    protected void run(Target target, Context context) throws TargetError {
        Output output = context.output();
        target.warning().ifPresent(output::notice);
        MethodReports found = target.code().methods(new ClassChoice(glob, loader), method);
        ClassReport declaring = found.declaring();
        output.notice(declaring.name() + " of " + declaring.loader()
                + declaring.origin().map(origin -> ", " + origin).orElse("")
                + declaring.version().map(version -> ", " + version).orElse(""));
        found.methods().forEach(report -> output.row(MethodRow.of(report)));
        Refused.tell(
                output,
                found.methods().stream()
                        .filter(report -> report.refusal().isPresent())
                        .map(report ->
                                new Refused(report.method(), report.refusal().orElse("")))
                        .toList());
    }
}
