package dev.sonde.commands.jvm;

import dev.sonde.commands.BaseCommand;
import dev.sonde.commands.Context;
import dev.sonde.commands.Example;
import dev.sonde.commands.Gives;
import dev.sonde.commands.Grant;
import dev.sonde.commands.Needs;
import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import dev.sonde.jvm.JvmProcess;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import picocli.CommandLine.Command;

/** {@code ps}: the JVMs there are, and which of them can be reached. */
@Command(name = "ps", description = "list the JVMs, and why some of them cannot be reached")
@Needs(Grant.OBSERVE)
@Gives(PsCommand.JvmRow.class)
@Example("ps")
@Example("ps --json")
final class PsCommand extends BaseCommand {

    @Override
    public void run(Context context) {
        context.visible().forEach(jvm -> context.output().row(JvmRow.of(jvm)));
    }

    /** One JVM, as seen from outside. */
    record JvmRow(
            @Shown(head = "PID") String target,
            @Shown(onlyJson = true) long pid,
            String name,
            Optional<String> version,
            Optional<Duration> uptimeSeconds,
            OptionalLong heapUsedBytes,
            OptionalDouble cpuPercent,
            String user,
            @Shown(onlyJson = true) String command,
            Optional<String> unreachable)
            implements Row {

        static JvmRow of(JvmProcess jvm) {
            return new JvmRow(
                    jvm.id().toString(),
                    jvm.id().pid(),
                    jvm.name(),
                    jvm.version(),
                    jvm.uptime(),
                    jvm.heapUsedBytes(),
                    jvm.cpuPercent(),
                    jvm.user(),
                    jvm.command(),
                    jvm.unreachable());
        }

        @Override
        public String type() {
            return "jvm";
        }
    }
}
