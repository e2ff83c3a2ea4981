package dev.sonde.commands.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.commands.FakeContext;
import dev.sonde.commands.Line;
import dev.sonde.commands.Output;
import dev.sonde.commands.TargetPattern;
import dev.sonde.commands.output.JsonOutput;
import dev.sonde.commands.output.PeopleOutput;
import dev.sonde.commands.output.Printer;
import dev.sonde.commands.output.Screen;
import dev.sonde.jvm.Host;
import dev.sonde.jvm.LocalHost;
import dev.sonde.jvm.Target;
import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What needs no agent, asked of real JVMs. */
class RealJvmTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Jdk> every_jdk() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("every_jdk")
    void lists_describes_and_dumps(Jdk jdk, @TempDir Path home) throws Exception {
        try (TargetProgram program = TargetProgram.start(jdk, List.of("-Dsonde.name=workshop"), Workshop.class);
                Host host = LocalHost.open(home)) {
            FakeContext context = new FakeContext();
            Await.until("the JVM is listed", Duration.ofSeconds(60), () -> {
                context.visible.clear();
                context.visible.addAll(host.processes());
                return context.visible.stream().anyMatch(jvm -> jvm.id().pid() == program.pid());
            });
            JsonNode listed = run(context, "ps").stream()
                    .filter(row -> row.get("pid").asLong() == program.pid())
                    .findFirst()
                    .orElseThrow();
            assertThat(listed.get("name").asText()).isEqualTo("workshop");
            assertThat(new TargetPattern(Long.toString(program.pid())).select(context.visible))
                    .hasSize(1);

            try (Target target = host.open(program.pid(), "ada#1")) {
                context.target = Optional.of(target);
                JsonNode jvm = run(context, "jvm").get(0);
                assertThat(jvm.get("type").asText()).isEqualTo("jvmReport");
                assertThat(jvm.get("version").asText()).contains(jdk.version());
                assertThat(jvm.get("heapUsedBytes").asLong()).isPositive();

                List<JsonNode> waiter = run(context, "threads waiter --depth 3 --interval 100ms");
                assertThat(waiter).hasSize(1);
                assertThat(waiter.get(0).get("state").asText()).isEqualTo("blocked");
                assertThat(waiter.get(0).get("waitsForOwner").asText()).isEqualTo("holder");
                assertThat(waiter.get(0).get("frames").get(0).asText()).contains("Workshop");

                List<JsonNode> groups = run(context, "threads 'idle-*' --group");
                assertThat(groups).hasSize(1);
                assertThat(groups.get(0).get("count").asInt()).isEqualTo(25);
                assertThat(groups.get(0).get("at").asText()).contains("Workshop.idle");

                assertThat(run(context, "threads --blocked"))
                        .extracting(row -> row.get("name").asText())
                        .containsSubsequence("holder", "waiter");
                assertThat(tell(context, "threads --blocked"))
                        .anyMatch(line -> line.startsWith("\"holder\""))
                        .anyMatch(line -> line.startsWith("  └ \"waiter\" blocked"));
                assertThat(tell(context, "threads --depth 0 --interval 100ms").get(0))
                        .contains("NAME", "STATE", "CPU");
            }
        }
    }

    private static List<JsonNode> run(FakeContext context, String line) throws Exception {
        List<String> lines = new ArrayList<>();
        print(context, line, new JsonOutput(lines::add, unused -> {}, Optional.of("x"), ZoneOffset.UTC));
        List<JsonNode> rows = new ArrayList<>();
        for (String row : lines) {
            rows.add(JSON.readTree(row));
        }
        return rows;
    }

    private static List<String> tell(FakeContext context, String line) throws Exception {
        List<String> lines = new ArrayList<>();
        print(context, line, new PeopleOutput(lines::add, unused -> {}, Screen.terminal(160, false)));
        return lines;
    }

    private static void print(FakeContext context, String line, Printer printer) throws Exception {
        Output before = context.output;
        context.output = printer;
        try (printer) {
            Commands.all().parse(Line.parse(line).words()).body().run(context);
        } finally {
            context.output = before;
        }
    }
}
