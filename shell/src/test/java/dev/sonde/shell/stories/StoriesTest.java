package dev.sonde.shell.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.shell.invariants.Bastion;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the stories in {@code docs/stories} tell is what happens, line by line, through the real {@code ssh}. */
final class StoriesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static Bastion bastion;

    @BeforeAll
    static void start() throws Exception {
        bastion = Bastion.start();
    }

    @AfterAll
    static void stop() throws Exception {
        bastion.close();
    }

    private static Result ssh(String line) throws Exception {
        Result result = bastion.ssh(line);
        assertThat(result.exit()).as(line + ": " + result.err()).isZero();
        return result;
    }

    private static TargetProgram press(String... how) throws Exception {
        return TargetProgram.start(Jdk.current(), List.of(), Press.class, how);
    }

    /** docs/stories/hot-method.md. */
    @Test
    void a_hot_method_is_found_and_its_fix_is_seen() throws Exception {
        String before;
        try (TargetProgram slow = press("slow")) {
            JsonNode top = JSON.readTree(ssh("@" + slow.pid() + " profile cpu --for 2s --name before --json")
                    .out());
            before = top.get("profile").asText();
            JsonNode cum =
                    JSON.readTree(ssh("top " + before + " --cum -n 40 --json").out());
            assertThat(cumPercent(cum, "Press.compiled")).isGreaterThan(20);
        }
        try (TargetProgram fixed = press("fixed")) {
            String after = JSON.readTree(ssh("@" + fixed.pid() + " profile cpu --for 2s --name after --json")
                            .out())
                    .get("profile")
                    .asText();
            Result diff = ssh("diff " + before + " " + after + " --normalize --cum -n 40 --json");
            JsonNode changed = JSON.readTree(diff.lines().get(0));
            assertThat(cumPercent(changed, "Press.compiled")).isLessThan(-20);
            assertThat(ssh("diff " + before + " " + after).out()).contains("shrank: java.util.regex.");
        }
    }

    private static double cumPercent(JsonNode top, String method) {
        return StreamSupport.stream(top.get("entries").spliterator(), false)
                .filter(entry -> entry.get("name").asText().endsWith("." + method))
                .mapToDouble(entry -> entry.get("cumPercent").asDouble())
                .findFirst()
                .orElse(0);
    }

    /** docs/stories/growing-cache.md. */
    @Test
    void a_cache_that_only_grows_is_found() throws Exception {
        try (TargetProgram caching = press("caching")) {
            ssh("@" + caching.pid() + " profile start live --interval 64k");
            Result growth = ssh("@" + caching.pid() + " heap diff --every 2s --for 4s --live -n 20 --json");
            assertThat(growth.lines().stream().filter(row -> row.contains("Press$Page")))
                    .as(growth.out())
                    .hasSize(2);
            Result stopped = ssh("@" + caching.pid() + " profile stop --json");
            String number = JSON.readTree(stopped.out()).get("number").asText();
            JsonNode top =
                    JSON.readTree(ssh("top " + number + " --cum -n 40 --json").out());
            assertThat(cumPercent(top, "Press.remember")).as(top.toString()).isGreaterThan(40);
        }
    }

    /** docs/stories/stuck-threads.md. */
    @Test
    void ten_thousand_threads_at_one_line_are_one_group() throws Exception {
        try (TargetProgram crowded = press("crowded", "10000")) {
            JsonNode first = JSON.readTree(ssh("@" + crowded.pid() + " threads --group --depth 3 --json")
                    .lines()
                    .get(0));
            assertThat(first.get("count").asInt()).as(first.toString()).isEqualTo(10_000);
            assertThat(first.toString()).contains("Press.java", "enter");
            Result blocked = ssh("@" + crowded.pid() + " threads --blocked --depth 1");
            assertThat(blocked.out().lines().findFirst().orElse("")).contains("\"doorkeeper\"", "10,000 wait for it");
            Result profile = ssh("@" + crowded.pid() + " profile threads -n 3");
            assertThat(profile.out()).contains("10000", "Press$Door.enter");
        }
    }
}
