package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.shell.invariants.Bastion;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The story of docs/stories/p99-from-gc.md, through the real {@code ssh}; and the timeline as files and as a page of data. */
final class TimelineStoryTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_p99_that_comes_from_gc_is_found(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram checkout = TargetProgram.start(jdk, List.of("-Dsonde.name=checkout"), Checkout.class)) {
            bastion.confine(checkout.pid());
            JsonNode before = timeline(bastion, "@checkout timeline --for 3s --thread 'request-*' --json");
            // They wait for nobody; all of them stand still together, because of what is allocated.
            assertThat(before.get("waits"))
                    .noneMatch(wait -> wait.get("state").asText().equals("blocked"));
            assertThat(before.at("/allPauses/count").asInt()).isPositive();
            assertThat(before.get("pausedPercent").asDouble()).isPositive();
            assertThat(before.get("pauses").findValuesAsText("cause")).contains("Allocation Failure");
            assertThat(before.at("/allocations/0/className").asText()).isEqualTo("byte[]");
            assertThat(before.at("/threads/0/name").asText()).startsWith("request-");

            assertThat(bastion.ssh("timeline 99").err()).contains("there is no profile 99; there is 1");
            checkout.ask("fix", "FIXED");
            JsonNode after = timeline(bastion, "@checkout timeline --for 2s --thread 'request-*' --json");
            assertThat(after.get("pausedPercent").asDouble())
                    .isLessThan(before.get("pausedPercent").asDouble());

            // The same again, without the JVM; and for others.
            assertThat(JSON.readTree(bastion.ssh("timeline 1 --thread 'request-*' --json")
                                    .out())
                            .get("threads"))
                    .isEqualTo(before.get("threads"));
            Result again = bastion.ssh("timeline 1 --thread 'request-*'");
            assertThat(again.out()).as(again.err()).contains("GC pause", "Allocation Failure", "allocated");
            assertThat(again.lines()).hasSizeLessThan(24).allMatch(line -> line.length() <= 120);
            assertThat(bastion.ssh("profile list --json").out()).contains("\"kind\":\"timeline\"");
            JsonNode perfetto =
                    JSON.readTree(bastion.ssh("export 1 --format perfetto").out());
            assertThat(perfetto.get("traceEvents").findValuesAsText("cat")).contains("pause", "parked", "safepoint");
            assertThat(bastion.ssh("export 1 --format jfr").out()).startsWith("FLR\0");
            givenBack(bastion, again.lines());
            inABrowser(bastion);
            assertThat(checkout.output()).allMatch(line -> line.matches("READY|FIXED|p50 .* ms p99 .* ms"));
        }
    }

    private static JsonNode timeline(Bastion bastion, String line) throws Exception {
        Result result = bastion.ssh(line);
        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.err()).contains("by JFR of JDK", "kept as #");
        return JSON.readTree(result.out());
    }

    /** A recording that is given is looked at as that of a timeline that is kept. */
    private static void givenBack(Bastion bastion, List<String> kept) throws Exception {
        assertThat(bastion.ssh("export 1 given --format jfr").exit()).isZero();
        Result given = bastion.ssh("timeline given.jfr --thread 'request-*'");
        assertThat(given.lines()).as(given.err()).hasSameSizeAs(kept);
        assertThat(given.lines().get(0)).startsWith("given.jfr timeline, ").endsWith(" by JFR");
        assertThat(withoutThreads(given.lines())).isEqualTo(withoutThreads(kept));
        JsonNode perfetto =
                JSON.readTree(bastion.ssh("export given.jfr --format perfetto").out());
        assertThat(perfetto.get("traceEvents").findValuesAsText("cat")).contains("pause", "parked");
        assertThat(bastion.ssh("timeline nothing.jfr").err()).contains("nothing.jfr cannot be read: there is no");
    }

    /** Who was runnable the kernel tells, and no recording: that is in the legend and the lines of the threads. */
    private static List<String> withoutThreads(List<String> told) {
        return told.subList(2, told.size()).stream()
                .filter(line -> !line.startsWith("request-"))
                .toList();
    }

    private static void inABrowser(Bastion bastion) throws Exception {
        try (Tunnel tunnel = Tunnel.open(bastion.client("ops"), "sonde:80")) {
            JsonNode lanes = JSON.readTree(tunnel.get("/api/timeline/1").body());
            assertThat(lanes.get("lanes").toString()).contains("request-1", "GC pauses");
            assertThat(lanes.get("start").size())
                    .isPositive()
                    .isEqualTo(lanes.get("laneOf").size())
                    .isEqualTo(lanes.get("at").size());
            HttpResponse<byte[]> recording = tunnel.get("/api/recording/1");
            assertThat(new String(Arrays.copyOf(recording.body(), 3), StandardCharsets.US_ASCII))
                    .isEqualTo("FLR");
            HttpResponse<byte[]> trace = tunnel.get("/debug/pprof/trace?seconds=1");
            assertThat(trace.statusCode()).as(Tunnel.text(trace)).isEqualTo(200);
            assertThat(trace.headers().firstValue("content-disposition"))
                    .hasValue("attachment; filename=\"timeline-3.json\"");
            assertThat(trace.headers().firstValue("content-type")).hasValue("application/json");
            assertThat(JSON.readTree(trace.body()).get("traceEvents")).isNotEmpty();
        }
    }
}
