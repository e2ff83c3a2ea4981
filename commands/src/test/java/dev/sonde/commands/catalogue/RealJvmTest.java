package dev.sonde.commands.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.sonde.jvm.Probe;
import dev.sonde.jvm.Target;
import dev.sonde.jvm.TargetGone;
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

/** The commands on real JVMs. */
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

            try (Target target = host.open(program.pid(), "ada/1")) {
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

    @ParameterizedTest
    @MethodSource("every_jdk")
    void watches_and_counts(Jdk jdk, @TempDir Path home) throws Exception {
        try (TargetProgram program = TargetProgram.start(jdk, Till.class);
                Host host = LocalHost.open(home);
                Target target = host.open(program.pid(), "ada/1")) {
            FakeContext context = new FakeContext();
            context.target = Optional.of(target);

            List<JsonNode> calls = run(context, "watch Till sell --return -n 2 --for 60s");
            assertThat(calls).hasSize(2);
            assertThat(calls.get(0).get("method").asText()).isEqualTo("sell(Item, int)");
            assertThat(calls.get(0).get("result").asInt())
                    .isEqualTo(2 * calls.get(0).get("args").get("digit").asInt());
            assertThat(calls.get(0).get("args").get("item").get("sku").asText()).startsWith("X-");
            assertThat(calls.get(0).toString()).contains("$masked").doesNotContain("s3cret");

            List<JsonNode> failed =
                    run(context, "watch Till sell item.count 'digit * 2' --when 'digit == 7' --throw -n 1 --for 60s");
            assertThat(failed).hasSize(1);
            assertThat(failed.get(0).get("values").get("digit * 2").asInt()).isEqualTo(14);
            assertThat(tell(context, "watch Till sell --throw -n 1 --for 60s").get(0))
                    .contains("Till.sell(Item, int) ✗ IllegalStateException: jammed at ");

            List<JsonNode> counted = run(context, "count Till sell --every 1s --for 3s");
            assertThat(counted).anyMatch(row -> row.path("p50Ms").isNumber());
            assertThat(target.probes()).allMatch(Probe::ended);

            assertThat(new Completion(Commands.all(), Duration.ofSeconds(30))
                            .complete(List.of("watch", "Til"), context, any -> true))
                    .extracting(Completion.Candidate::value)
                    .contains("Till");
            assertThat(new Completion(Commands.all(), Duration.ofSeconds(30))
                            .complete(List.of("watch", "Till", "sel"), context, any -> true))
                    .extracting(Completion.Candidate::value)
                    .containsExactly("sell", "sellForEver");
            assertThat(new Completion(Commands.all(), Duration.ofSeconds(30))
                            .complete(List.of("watch", "Till", "sell", "digit > 1 && item."), context, any -> true))
                    .extracting(Completion.Candidate::value)
                    .contains("digit > 1 && item.sku", "digit > 1 && item.count");
        }
    }

    @ParameterizedTest
    @MethodSource("every_jdk")
    void says_that_the_target_ended_while_it_was_watched(Jdk jdk, @TempDir Path home) throws Exception {
        for (String line : List.of("watch Till sell", "count Till sell --every 200ms")) {
            try (TargetProgram program = TargetProgram.start(jdk, Till.class);
                    Host host = LocalHost.open(home);
                    Target target = host.open(program.pid(), "ada/1")) {
                FakeContext context = new FakeContext();
                context.target = Optional.of(target);
                Thread killer = new Thread(() -> {
                    try {
                        Await.until("rows", Duration.ofSeconds(60), () -> {
                            synchronized (context.rows) {
                                return !context.rows.isEmpty();
                            }
                        });
                        program.kill();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
                killer.start();
                assertThatThrownBy(() ->
                                Commands.all().parse(Line.parse(line)).body().run(context))
                        .as(line)
                        .isInstanceOf(TargetGone.class);
                killer.join();
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
            Commands.all().parse(Line.parse(line)).body().run(context);
        } finally {
            context.output = before;
        }
    }
}
