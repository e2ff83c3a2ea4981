package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Format;
import dev.sonde.profile.Profile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code export}: a profile for other programs, to the reader, who knows best where it belongs ({@code ssh bastion export 7 >
 * cpu.pb.gz}), or into a file among the server's own.
 */
@Command(name = "export", description = "give a profile to other programs, or save it on the server")
@Needs(Grant.OBSERVE)
@Example("export 2 orders --format html")
@Example("export 2 place --format collapsed --focus OrderService")
final class ExportCommand extends LookCommand {

    @Parameters(index = "0", arity = "0..1", paramLabel = "PROFILE", description = PROFILE)
    private Optional<String> choice = Optional.empty();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "save it under this name in your folder of the server's recordings; else it goes to the"
                    + " standard output")
    private Optional<String> file = Optional.empty();

    @Option(
            names = "--format",
            paramLabel = "F",
            description =
                    "as what: collapsed is stacks as text, jfr the recording as the engine wrote it, html a flame graph, perfetto a timeline",
            defaultValue = "pprof")
    private Format format = Format.PPROF;

    @Override
    Optional<String> choice() {
        return choice;
    }

    @Override
    void look(Context context, Chosen chosen, Profile profile, int type) throws UsageError, TargetError {
        if (chosen.difference().isPresent() && !format.signed()) {
            throw new UsageError("--format: a difference has values below zero, which pprof and json alone can hold");
        }
        Chosen looked = new Chosen(chosen.name(), profile, chosen.wholes(), chosen.difference());
        if (file.isPresent()) {
            String name = file.get().endsWith("." + format.ending()) ? file.get() : file.get() + "." + format.ending();
            String saved = Exporting.keep(context, name, out -> Exporting.write(context, looked, format, type, out));
            context.output().row(new SavedRow(saved));
            return;
        }
        OutputStream out = Exporting.standardOutput(context);
        try {
            Exporting.write(context, looked, format, type, out);
        } catch (IOException e) {
            throw new TargetError("the export broke off: " + e.getMessage(), e);
        }
    }
}
