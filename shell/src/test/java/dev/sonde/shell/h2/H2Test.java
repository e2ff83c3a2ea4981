package dev.sonde.shell.h2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.shell.invariants.Bastion;
import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.tools.Server;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sonde on a program that nobody here wrote. The load's throughput goes to {@code target/h2-throughput.txt}; it is told, not
 * judged, because the machine has other things to do. Its errors are judged.
 */
final class H2Test {

    private static final Pattern SECOND = Pattern.compile("SECOND ops=(\\d+) errors=(\\d+)");

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_database_under_load_is_watched_counted_and_dumped_and_has_no_error(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram database = start(jdk, H2Server.class);
                TargetProgram load = start(jdk, H2Load.class, port(database))) {
            String target = "@" + database.pid() + " ";
            StringBuilder report = new StringBuilder(jdk + ":");
            report.append(" before ").append(throughput(load, load.output().size()));

            int from = load.output().size();
            var watch = bastion.ssh(target + "watch org.h2.command.Command 'executeQuery*' this.sql cost"
                    + " --when 'this.sql.contains(\"sum(cents)\") && cost >= 0' -n 40 --for 60s --json");
            assertThat(watch.exit()).as("%s", watch).isZero();
            assertThat(watch.lines()).hasSize(40).allSatisfy(row -> assertThat(row)
                    .contains("\"type\":\"hit\"", "sum(cents)"));
            report.append(", watched ").append(throughput(load, from));

            from = load.output().size();
            var count = bastion.ssh(target + "count org.h2.mvstore.MVMap get --every 1s --for 3s --json");
            assertThat(count.exit()).as("%s", count).isZero();
            assertThat(count.lines()).isNotEmpty().anySatisfy(row -> assertThat(row)
                    .contains("\"type\":\"count\"", "MVMap"));
            report.append(", counted ").append(throughput(load, from));

            from = load.output().size();
            var threads = bastion.ssh(target + "threads --json");
            assertThat(threads.exit()).as("%s", threads).isZero();
            assertThat(threads.out()).contains("\"type\":\"thread\"", "H2 TCP Server");
            report.append(", dumped ").append(throughput(load, from));

            report.append(", after ").append(throughput(load, load.output().size()));
            Files.writeString(
                    Path.of("target", "h2-throughput.txt"),
                    report + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            assertThat(errors(load)).as("errors of the load").isZero();
            assertThat(database.output())
                    .as("what the database printed")
                    .filteredOn(line -> line.toLowerCase(Locale.ROOT).contains("sonde"))
                    .noneMatch(line -> !line.startsWith("WARNING: A Java agent has been loaded dynamically"));
        }
    }

    private static TargetProgram start(Jdk jdk, Class<?> main, String... args) throws Exception {
        Path classes =
                Path.of(main.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path h2 = Path.of(
                Server.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> command =
                new ArrayList<>(List.of("-Xmx256m", "-cp", classes + File.pathSeparator + h2, main.getName()));
        command.addAll(List.of(args));
        return TargetProgram.start(jdk, command);
    }

    private static String port(TargetProgram database) {
        String ready = database.output().stream()
                .filter(line -> line.startsWith("READY"))
                .findFirst()
                .orElseThrow();
        return ready.substring(ready.lastIndexOf(' ') + 1);
    }

    /** Waits for two more seconds of the load, and gives the mean of what it did since a line of its output. */
    private static String throughput(TargetProgram load, int from) throws Exception {
        int now = load.output().size();
        Await.until(
                "two seconds of load",
                Duration.ofSeconds(90),
                () -> load.output().size() >= now + 2);
        List<String> lines = load.output();
        return Math.round(lines.subList(from, lines.size()).stream()
                        .map(SECOND::matcher)
                        .filter(Matcher::matches)
                        .mapToLong(match -> Long.parseLong(match.group(1)))
                        .average()
                        .orElse(0))
                + "/s";
    }

    private static long errors(TargetProgram load) {
        return load.output().stream()
                .map(SECOND::matcher)
                .filter(Matcher::matches)
                .mapToLong(match -> Long.parseLong(match.group(2)))
                .max()
                .orElseThrow();
    }
}
