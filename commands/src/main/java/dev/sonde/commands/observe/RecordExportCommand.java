package dev.sonde.commands.observe;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.ExportFolder;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Recordings.Recorded;
import dev.sonde.commands.output.JsonOutput;
import dev.sonde.jvm.TargetError;
import dev.sonde.weave.ExpressionError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code record export}: recorded calls as JSON lines. To the reader, who knows best where they belong ({@code ssh bastion
 * record export --json > calls.jsonl}), or into a file among the server's own, and nowhere else.
 */
@Command(name = "record export", description = "give recorded calls as they are kept, or save them on the server")
@Needs(Grant.OBSERVE)
@Example("record export --json")
@Example("record export slow --when 'cost > 0.01'")
final class RecordExportCommand extends BaseCommand {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description =
                    "save them as JSON under this name in your folder of the server's recordings; else they are shown")
    private Optional<String> file = Optional.empty();

    @Mixin
    private RecordedOptions options = new RecordedOptions();

    @Override
    public void run(Context context) throws ExpressionError, TargetError {
        List<Recorded> chosen = options.chosen(context);
        if (file.isEmpty()) {
            chosen.forEach(recorded -> context.output().row(RecordedCall.of(recorded)));
            return;
        }
        try (ExportFolder.Export export = context.recordings().exports().begin(file.get())) {
            try (JsonOutput json =
                    new JsonOutput(line -> write(export, line), unused -> {}, Optional.empty(), ZoneOffset.UTC)) {
                chosen.forEach(recorded -> json.row(RecordedCall.of(recorded)));
            }
            context.output().row(new ExportedRow(export.finish(), chosen.size()));
        } catch (UncheckedIOException e) {
            throw nothing(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw nothing(String.valueOf(e.getMessage()), e);
        }
    }

    private static TargetError nothing(String why, Exception cause) {
        return new TargetError("nothing was saved: " + why + "; the records are still here", cause);
    }

    private static void write(ExportFolder.Export export, String line) {
        try {
            export.line(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }
}
