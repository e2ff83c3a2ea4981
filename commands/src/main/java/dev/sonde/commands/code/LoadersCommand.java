package dev.sonde.commands.code;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Output;
import dev.sonde.commands.Row;
import dev.sonde.commands.TargetCommand;
import dev.sonde.commands.output.Shown;
import dev.sonde.jvm.LoadedCode.LoaderReport;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetError;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code loaders}: the class loaders, as {@code --loader} takes them. */
@Command(name = "loaders", description = "list the class loaders, parents first, and how many classes each has")
@Needs(Grant.INSTRUMENT)
@Gives(LoadersCommand.LoaderRow.class)
@Example("loaders")
final class LoadersCommand extends TargetCommand {

    /** One class loader. */
    record LoaderRow(
            String loader,
            int classes,
            Optional<String> parent,

            @Shown(json = "class", head = "CLASS", keepEnd = true)
            String className)
            implements Row {

        static LoaderRow of(LoaderReport report) {
            return new LoaderRow(report.name(), report.classes(), report.parent(), report.type());
        }

        @Override
        public String type() {
            return "loader";
        }
    }

    @Override
    protected void run(Target target, Context context) throws TargetError {
        Output output = context.output();
        target.warning().ifPresent(output::notice);
        target.code().loaders().forEach(report -> output.row(LoaderRow.of(report)));
    }
}
