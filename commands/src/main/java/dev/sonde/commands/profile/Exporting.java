package dev.sonde.commands.profile;

import dev.sonde.commands.Context;
import dev.sonde.commands.ExportFolder;
import dev.sonde.commands.UsageError;
import dev.sonde.jvm.TargetError;
import dev.sonde.profile.Description;
import dev.sonde.profile.Format;
import dev.sonde.profile.Kind;
import dev.sonde.profile.ProfileStore;
import dev.sonde.timeline.PerfettoFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Gives profiles as files: to whoever reads the standard output, or into the login's folder on the server. */
final class Exporting {

    /** Makes the bytes. */
    interface Content {
        void write(OutputStream out) throws IOException, TargetError;
    }

    private Exporting() {}

    /** The standard output for bytes; to be asked before anything that takes its time. */
    static OutputStream standardOutput(Context context) throws UsageError {
        return context.bytes()
                .orElseThrow(
                        () -> UsageError.withoutUsage("bytes are nothing for a terminal, nor for several targets at"
                                + " once; ssh … > file takes them, and a FILE keeps them on the server"));
    }

    /** Writes what a profile is in a format. */
    static void write(Context context, Chosen chosen, Format format, int type, OutputStream out)
            throws IOException, TargetError {
        if (format == Format.JFR) {
            Files.copy(recording(context.profiles(), chosen), out);
        } else if (format == Format.PERFETTO) {
            Description about = chosen.profile().description();
            boolean kept = chosen.number().isPresent();
            if (kept && !about.kind().equals(Kind.TIMELINE.word())) {
                throw new TargetError(chosen.name() + " is a profile of " + about.kind()
                        + ", and has no lanes for perfetto; timeline takes what has");
            }
            PerfettoFile.write(
                    kept
                            ? recording(context.profiles(), chosen)
                            : context.recordings().exports().find(chosen.name()),
                    about,
                    out);
        } else {
            format.write(chosen.profile(), type, out);
        }
        out.flush();
    }

    private static Path recording(ProfileStore profiles, Chosen chosen) throws IOException, TargetError {
        OptionalLong number = chosen.number();
        Optional<Path> recording =
                number.isEmpty() ? Optional.empty() : profiles.recording(Chosen.find(profiles, number.getAsLong()));
        return recording.orElseThrow(() -> new TargetError("of " + chosen.name()
                + " no recording is kept: it was none, or has more than 32 MiB, or is of a continuous profile"));
    }

    /** Keeps a file in the login's folder; says where. */
    static String keep(Context context, String name, Content content) throws TargetError {
        try (ExportFolder.Export export = context.recordings().exports().begin(name)) {
            content.write(export.bytes());
            return export.finish();
        } catch (IOException e) {
            throw new TargetError("nothing was saved: " + e.getMessage(), e);
        }
    }
}
