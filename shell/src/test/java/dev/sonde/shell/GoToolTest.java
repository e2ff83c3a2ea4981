package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.profile.PprofFile;
import dev.sonde.profile.Profile;
import dev.sonde.shell.invariants.Bastion;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shop.Main;

/** The paths of Go on the demo service, which knows nothing of them: a server, a JVM and an {@code ssh -L}, all real. */
final class GoToolTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path folder;

    private static Bastion bastion;
    private static TargetProgram orders;
    private static Tunnel tunnel;

    @BeforeAll
    static void start() throws Exception {
        bastion = Bastion.start();
        orders = TargetProgram.start(Jdk.current(), List.of("-Dsonde.name=orders"), Main.class, "--until-eof");
        bastion.confine(orders.pid()); // so that it is the only one, and is meant
        tunnel = Tunnel.open(bastion.client("ops"), "sonde:80");
    }

    @AfterAll
    static void stop() throws Exception {
        tunnel.close();
        orders.close();
        bastion.close();
    }

    @Test
    void each_path_gives_what_it_says() throws Exception {
        Profile cpu = profile("/debug/pprof/profile?seconds=2");
        assertThat(cpu.types().toString()).isEqualTo("[samples/count, cpu/nanoseconds]");
        assertThat(cpu.samples()).anyMatch(sample -> sample.stack().stream()
                .anyMatch(frame -> frame.className().startsWith("shop.")));
        assertThat(profile("/orders/debug/pprof/allocs?seconds=2").types().toString())
                .isEqualTo("[alloc_objects/count, alloc_space/bytes]");
        assertThat(profile("/debug/pprof/heap?seconds=2").types().toString())
                .isEqualTo("[inuse_objects/count, inuse_space/bytes]");
        assertThat(profile("/debug/pprof/mutex?seconds=2").types().toString())
                .isEqualTo("[contentions/count, delay/nanoseconds]");
        assertThat(profile("/debug/pprof/goroutine").total(0)).isGreaterThan(5);
        assertThat(profile("/debug/pprof/threadcreate").total(0)).isGreaterThan(5);
        assertThat(Tunnel.text(tunnel.get("/debug/pprof/goroutine?debug=2"))).contains("shop.Load", "\"load-1\"");
        assertThat(Tunnel.text(tunnel.get("/debug/pprof/cmdline")))
                .contains("\0-Dsonde.name=orders\0")
                .endsWith("shop.Main\0--until-eof");
    }

    private static Profile profile(String path) throws Exception {
        HttpResponse<byte[]> response = tunnel.get(path);
        assertThat(response.statusCode())
                .as(path + ": " + Tunnel.text(response))
                .isEqualTo(200);
        return PprofFile.read(response.body());
    }

    @Test
    void the_lines_of_a_profile_stand_beside_the_source() throws Exception {
        JsonNode profiles = new ObjectMapper()
                .readTree(tunnel.send("POST", "/api/take?kind=wall&seconds=2").body());
        HttpResponse<byte[]> source =
                tunnel.get("/api/source/" + profiles.get("number").asLong() + "?class=shop.Inventory");
        JsonNode answer = new ObjectMapper().readTree(source.body());
        assertThat(answer.get("cum").asLong()).as(answer.toString()).isPositive();
        assertThat(answer.at("/source/lines").toString()).contains("reserve");
    }

    @Test
    void gos_own_tool_fetches_a_profile_and_shows_its_top() throws Exception {
        assumeTrue(TestServer.run(List.of("sh", "-c", "command -v go"), "").exit() == 0, "go is not installed");
        TestServer.Result top = TestServer.run(
                List.of(
                        "env",
                        "PPROF_TMPDIR=" + folder,
                        "go",
                        "tool",
                        "pprof",
                        "-timeout=120", // its own is one and a half times the seconds
                        "-top",
                        "-cum",
                        tunnel.url("/debug/pprof/profile?seconds=2")),
                "");
        assertThat(top.exit()).as(top.toString()).isZero();
        assertThat(top.out()).contains("Type: cpu", "flat  flat%   sum%        cum   cum%", "shop.");
    }
}
