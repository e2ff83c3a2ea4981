package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.commands.Catalogue;
import dev.sonde.commands.catalogue.Commands;
import dev.sonde.shell.invariants.Bastion;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shop.Main;

/** The examples in the help of every command do what they say, typed as they stand, on the demo service. */
final class ExamplesTest {

    /** What shows nothing while nobody waits, no probe is in place, or nothing was typed. */
    private static final Set<String> MAY_BE_SILENT = Set.of(
            "threads --blocked",
            "probes",
            "clear --all",
            "detach",
            "history --last 10",
            "record clear",
            "profile rm 3",
            "heap diff --every 1s --for 2s -n 3",
            "baseline",
            "baseline rm orders",
            "guard report leaks",
            "guard stop leaks",
            "guard stop leaks --forget",
            "exit",
            "play record what-i-did --last 5");

    /** Examples of other commands that are about a thread that stands; those of the debugger all are. */
    private static final Set<String> AT_STOP = Set.of("list", "stack", "fields");

    private static final Pattern NUMBER = Pattern.compile("(?m)^ *(\\d+)  OrderService\\.place");

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void every_example_works_on_the_demo_service(Jdk jdk) throws Exception {
        SoftAssertions all = new SoftAssertions();
        try (Bastion bastion = Bastion.start();
                TargetProgram orders =
                        TargetProgram.start(jdk, List.of("-Dsonde.name=orders"), Main.class, "--until-eof")) {
            bastion.confine(orders.pid());
            Set<String> atStop = Commands.all().groups().stream()
                    .filter(group -> group.title().equals("stopping one thread"))
                    .flatMap(group -> group.entries().stream())
                    .map(Catalogue.Entry::name)
                    .collect(Collectors.toSet());
            for (Catalogue.Entry command : Commands.all().entries()) {
                all.assertThat(command.examples())
                        .as("examples of " + command.name())
                        .isNotEmpty();
                for (String example : command.examples()) {
                    if (atStop.contains(command.name()) || AT_STOP.contains(example)) {
                        Result result = atStop(bastion, example);
                        all.assertThat(result.exit())
                                .as(example + ": " + result.out() + result.err())
                                .isZero();
                        continue;
                    }
                    boolean selects = command.wantsTarget() && !example.startsWith("@");
                    String line = (selects ? "@orders " : "") + example;
                    Result result = command.name().equals("play save")
                            ? bastion.sshWithInput(line, "name: mine\nsteps:\n- line: jvm\n")
                            : bastion.ssh(line);
                    all.assertThat(result.exit())
                            .as(example + ": " + result.err())
                            .isZero();
                    if (!MAY_BE_SILENT.contains(example)) {
                        all.assertThat(result.out())
                                .as(example + ": " + result.err())
                                .isNotBlank();
                    }
                }
            }
        }
        all.assertAll();
    }

    /** While a thread stands; the number of its breakpoint, 1 in the examples, is the one after that of the session before. */
    private static Result atStop(Bastion bastion, String example) throws Exception {
        if (example.startsWith("break ")) {
            return bastion.ssh("@orders " + example);
        }
        String first = "@orders\nbreak OrderService.place --wait 30s\n" + (example.equals("down") ? "up\n" : "");
        if (!example.matches("\\w+ 1\\b.*")) {
            return bastion.sshLines(first + example + "\n");
        }
        Matcher number = NUMBER.matcher(bastion.sshLines(first).out());
        assertThat(number.find()).isTrue();
        return bastion.sshLines(
                first + example.replaceFirst(" 1\\b", " " + (Integer.parseInt(number.group(1)) + 1)) + "\n");
    }
}
