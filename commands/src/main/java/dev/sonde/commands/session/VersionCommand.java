package dev.sonde.commands.session;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Row;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.Command;

/** {@code version}: of the bastion, not of the target. */
@Command(name = "version", description = "tell the version of Sonde and of its Java")
@Needs(Grant.OBSERVE)
@Example("version")
final class VersionCommand extends BaseCommand {

    @Override
    public void run(Context context) {
        context.output()
                .row(new Version(own(), System.getProperty("java.version", ""), System.getProperty("os.name", "")));
    }

    private static String own() {
        Properties properties = new Properties();
        try (InputStream in = VersionCommand.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "unknown");
    }

    record Version(String sonde, String java, String system) implements Row {
        @Override
        public String type() {
            return "version";
        }
    }
}
