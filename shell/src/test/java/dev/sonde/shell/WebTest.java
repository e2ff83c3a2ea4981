package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.profile.PprofFile;
import dev.sonde.profile.Profile;
import dev.sonde.profile.ProfileStore;
import dev.sonde.testing.Await;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages, through the real {@code ssh -L}: who gets them, what is asked of a JVM, and what is refused. */
final class WebTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path folder;

    private static TestServer server;
    private static Tunnel alice;
    private static Tunnel eve;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(folder);
        server.allow("targets=\"billing\"", "eve");
        ProfileStore store = new ProfileStore(server.home.profiles("alice@test"));
        store.add(SampleProfiles.before(), false);
        store.add(SampleProfiles.after(), false);
        store.add(SampleProfiles.large(1_000), false);
        alice = Tunnel.open(server, "alice");
        eve = Tunnel.open(server, "eve");
    }

    @AfterAll
    static void stop() throws Exception {
        alice.close();
        eve.close();
        server.close();
    }

    @Test
    void pages_load_nothing_from_elsewhere_and_are_not_framed_sniffed_or_kept() throws Exception {
        for (String path : List.of("/", "/profile/1", "/diff/1/2", "/assets/graph.js", "/nowhere")) {
            HttpResponse<byte[]> response = alice.get(path);
            assertThat(response.statusCode()).as(path).isEqualTo(path.equals("/nowhere") ? 404 : 200);
            assertThat(response.headers().firstValue("content-security-policy").orElseThrow())
                    .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                    .doesNotContain("unsafe", "*");
            assertThat(response.headers().map()).doesNotContainKey("access-control-allow-origin");
            assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
            assertThat(response.headers().firstValue("cache-control")).contains("no-store");
            assertThat(Tunnel.text(response)).doesNotContain("https://").doesNotContainPattern("\\son[a-z]+=\"");
        }
    }

    @Test
    void two_hundred_requests_at_twenty_in_parallel_are_all_answered() throws Exception {
        ExecutorService browsers = Executors.newFixedThreadPool(20);
        try {
            List<Future<HttpResponse<byte[]>>> asked = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String path = i % 20 == 0 ? "/api/profile/3" : "/assets/graph.js";
                asked.add(browsers.submit(() -> alice.get(path)));
            }
            int size = alice.get("/api/profile/3").body().length;
            for (int i = 0; i < 200; i++) {
                assertThat(asked.get(i).get().statusCode()).isEqualTo(200);
                if (i % 20 == 0) {
                    assertThat(asked.get(i).get().body()).hasSize(size);
                }
            }
        } finally {
            browsers.shutdown();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:22", "sonde:81", "localhost:80", "sonde.example.org:80"})
    void nothing_else_is_forwarded(String to) throws Exception {
        try (Tunnel tunnel = Tunnel.open(server.client("alice"), to)) {
            assertThat(tunnel.raw("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"restrict", "no-port-forwarding", "command=\"say forced\""})
    void keys_that_may_not_forward_or_run_one_line_only_get_no_pages(String options) throws Exception {
        String key = "plain" + Integer.toHexString(options.hashCode());
        server.allow(options, key);
        try (Tunnel tunnel = Tunnel.open(server, key)) {
            assertThat(tunnel.raw("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).isEmpty();
        }
    }

    @Test
    void a_key_that_is_taken_away_sees_nothing_more() throws Exception {
        server.allow("", "gone");
        try (Tunnel tunnel = Tunnel.open(server, "gone")) {
            assertThat(tunnel.get("/api/profiles").statusCode()).isEqualTo(200);
            server.list(
                    java.nio.file.Files.readString(server.home.authorizedKeys()).replaceAll("(?m)^.*gone@test\n", ""));
            assertThat(tunnel.raw("GET /api/profiles HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .doesNotContain("200 OK");
        }
    }

    @Test
    void a_login_sees_its_own_profiles_alone() throws Exception {
        JsonNode mine = JSON.readTree(alice.get("/api/profiles").body());
        assertThat(mine.get("login").asText()).isEqualTo("alice@test");
        assertThat(mine.get("profiles").size()).isGreaterThanOrEqualTo(3);
        assertThat(JSON.readTree(eve.get("/api/profiles").body()).get("profiles"))
                .isEmpty();
        assertThat(eve.get("/api/profile/1").statusCode()).isEqualTo(404);
        assertThat(eve.get("/api/file/1").statusCode()).isEqualTo(404);
    }

    @Test
    void a_profile_is_a_tree_of_calls() throws Exception {
        JsonNode tree = JSON.readTree(alice.get("/api/profile/1").body());
        assertThat(tree.get("total").asLong()).isEqualTo(SampleProfiles.before().total(1));
        assertThat(tree.get("parents").size()).isEqualTo(tree.get("totals").size());
        assertThat(tree.get("parents").get(0).asInt()).isEqualTo(-1);
        assertThat(tree.get("totals").get(0).asLong())
                .isEqualTo(tree.get("total").asLong());
        long selfs = 0;
        for (JsonNode self : tree.get("selfs")) {
            selfs += self.asLong();
        }
        assertThat(selfs).isEqualTo(tree.get("total").asLong());
        assertThat(tree.get("methods").toString()).contains("\\\\u202e").doesNotContain("\u202e");
        assertThat(JSON.readTree(alice.get("/api/profile/1?type=samples").body())
                        .get("total")
                        .asLong())
                .isEqualTo(SampleProfiles.before().total(0));
        assertThat(alice.get("/api/profile/1?type=weight").statusCode()).isEqualTo(400);
    }

    @Test
    void two_profiles_are_compared_as_they_are_or_scaled_to_the_same_whole() throws Exception {
        JsonNode plain = JSON.readTree(alice.get("/api/diff/1/2").body());
        assertThat(plain.get("baseTotal").asLong())
                .isEqualTo(SampleProfiles.before().total(1));
        assertThat(plain.get("total").asLong()).isEqualTo(SampleProfiles.after().total(1));
        JsonNode scaled = JSON.readTree(alice.get("/api/diff/1/2?normalised=1").body());
        assertThat(scaled.get("baseTotal").asDouble())
                .isCloseTo(scaled.get("total").asDouble(), org.assertj.core.data.Percentage.withPercentage(0.01));
    }

    @Test
    void the_file_of_a_profile_is_given_as_it_is_kept() throws Exception {
        HttpResponse<byte[]> file = alice.get("/api/file/1");
        assertThat(file.headers().firstValue("content-disposition")).contains("attachment; filename=\"1.pb.gz\"");
        assertThat(PprofFile.read(file.body()).total(1))
                .isEqualTo(SampleProfiles.before().total(1));
    }

    @Test
    void source_is_a_line_and_needs_its_grant() throws Exception {
        String path = "/api/source/1?class=shop.BulkDiscount";
        JsonNode answer = JSON.readTree(alice.get(path).body());
        assertThat(answer.get("lines").toString()).isEqualTo("[[21,6000000000,6000000000],[24,600000000,600000000]]");
        assertThat(server.audit())
                .anyMatch(record -> record.contains("\"line\":\"@11 source shop.BulkDiscount --json\""));
        assertThat(alice.get("/api/source/1?class=a%20b").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "Host, evil.example.org, 421",
        "Host, localhost.evil.example.org, 421",
        "Host, localhost:1:2, 421",
        "Host, localhost:6060, 200",
        "Host, 127.0.0.1:6060, 200",
        "Host, [::1]:6060, 200",
        "Host, sonde, 421",
    })
    void a_name_that_was_rebound_to_this_machine_is_not_ours(String name, String value, String status)
            throws Exception {
        assertThat(alice.raw("GET / HTTP/1.1\r\n" + name + ": " + value + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @CsvSource({
        "Origin: http://evil.example.org, /api/profiles, 403",
        "Origin: null, /api/profiles, 403",
        "Origin: http://localhost, /api/profiles, 200",
        "Sec-Fetch-Site: cross-site, /debug/pprof/profile, 403",
        "Sec-Fetch-Site: same-site, /api/profiles, 403",
        "Sec-Fetch-Site: same-origin, /api/profiles, 200",
        "Sec-Fetch-Site: none, /api/profiles, 200",
        "Sec-Fetch-Site: cross-site, /, 403",
        "'Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate', /, 200",
        "'Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate', /debug/pprof/heap, 403",
    })
    void what_a_page_of_another_site_sends_does_nothing(String header, String path, String status) throws Exception {
        assertThat(alice.raw(
                        "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void what_is_no_http_or_too_large_is_refused_and_ends_the_connection() throws Exception {
        assertThat(alice.raw("SSH-2.0-OpenSSH_9.2\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(alice.raw("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(alice.raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(alice.raw("POST /api/take HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(alice.raw("DELETE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ");
    }

    @Test
    void one_connection_carries_many_requests_and_requests_sent_ahead_are_answered_in_order() throws Exception {
        String one = "GET /api/profile/%d HTTP/1.1\r\nHost: localhost\r\n%s\r\n";
        String all = alice.raw(one.formatted(1, "") + one.formatted(2, "") + one.formatted(9, "Connection: close\r\n"));
        assertThat(all.split("HTTP/1.1 ", -1)).hasSize(4);
        assertThat(all.indexOf("\"number\":1")).isPositive().isLessThan(all.indexOf("\"number\":2"));
        assertThat(all).contains("HTTP/1.1 404 ");
        assertThat(alice.raw("HEAD /api/profile/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .doesNotContain("\"number\"");
    }

    // -- the paths of Go

    @Test
    void a_profile_is_taken_as_a_line_of_the_login_and_given_as_gos_tool_reads_it() throws Exception {
        HttpResponse<byte[]> response = alice.get("/orders/debug/pprof/profile?seconds=7");
        assertThat(response.statusCode()).as(Tunnel.text(response)).isEqualTo(200);
        Profile profile = PprofFile.read(response.body());
        assertThat(profile.types().toString()).isEqualTo("[samples/count, cpu/nanoseconds]");
        assertThat(server.audit())
                .anyMatch(record -> record.contains("\"login\":\"alice@test\"")
                        && record.contains("\"targets\":[\"11\"]")
                        && record.contains("\"line\":\"@11 profile cpu --for 7s --json\""));
        assertThat(server.host.open).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "heap, profile live --for 10s",
        "allocs?seconds=3, profile alloc --for 3s",
        "block, profile lock --for 10s",
        "mutex, profile lock --for 10s",
        "goroutine, profile threads",
        "threadcreate, profile threads",
        "goroutine?debug=2, threads --depth 256",
        "cmdline, jvm",
    })
    void each_path_is_a_line(String path, String line) throws Exception {
        int before = server.audit().size();
        HttpResponse<byte[]> unused = alice.get("/11/debug/pprof/" + path);
        List<String> audit = server.audit();
        assertThat(audit.subList(before, audit.size())).anyMatch(record -> record.contains("\"line\":\"@11 " + line));
    }

    @Test
    void a_login_without_the_grant_or_the_target_is_refused_and_that_is_in_the_audit() throws Exception {
        HttpResponse<byte[]> granted = eve.get("/billing/debug/pprof/profile");
        assertThat(granted.statusCode()).isEqualTo(403);
        assertThat(Tunnel.text(granted)).contains("needs the grant instrument; yours is observe");
        assertThat(granted.headers().firstValue("x-go-pprof")).isPresent();
        assertThat(server.audit()).anyMatch(record -> record.contains("\"exit\":4"));
        HttpResponse<byte[]> reached = eve.get("/orders/debug/pprof/cmdline");
        assertThat(reached.statusCode()).isEqualTo(404);
        assertThat(Tunnel.text(reached)).contains("no JVM is called orders");
        // It sees one JVM alone, so that is the one that is meant.
        assertThat(Tunnel.text(eve.get("/debug/pprof/"))).contains("/debug/pprof/ of 13 billing");
    }

    @Test
    void without_a_name_the_selected_target_is_meant() throws Exception {
        HttpResponse<byte[]> none = alice.get("/debug/pprof/profile");
        assertThat(none.statusCode()).isEqualTo(409);
        assertThat(Tunnel.text(none)).contains("no target is selected", "there are: 11 orders, 12 orders-batch");
        try (TestConsole console = TestConsole.open(server)) {
            console.type("@billing\r");
            console.await("billing@13> ");
            assertThat(Tunnel.text(alice.get("/debug/pprof/"))).contains("/debug/pprof/ of 13 billing");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/11/debug/pprof/profile?seconds=0, 400",
        "/11/debug/pprof/profile?seconds=99999, 400",
        "/11/debug/pprof/nothing, 404",
        "/99/debug/pprof/profile, 404",
        "/orders*/debug/pprof/profile, 409",
        "/11/debug/pprof, 302",
        "/api/nothing, 404",
        "/api/profile/x, 400",
        "/api/take, 405",
        "/profile/x, 404",
        "/assets/../Site.class, 404",
        "/assets/%2e%2e%2fSite.class, 404",
    })
    void what_is_asked_wrongly_is_answered_with_a_sentence(String path, int status) throws Exception {
        assertThat(alice.get(path).statusCode()).isEqualTo(status);
    }

    @Test
    void the_page_takes_a_profile_when_it_posts() throws Exception {
        HttpResponse<byte[]> taken = alice.send("POST", "/api/take?kind=cpu&pid=12&seconds=1");
        assertThat(taken.statusCode()).as(Tunnel.text(taken)).isEqualTo(200);
        int number = JSON.readTree(taken.body()).get("number").asInt();
        assertThat(alice.get("/api/profile/" + number).statusCode()).isEqualTo(200);
        assertThat(alice.send("POST", "/api/take?kind=naps&pid=12&seconds=1").statusCode())
                .isEqualTo(400);
    }

    /** One whose login has a large profile. */
    private static TestServer impatient() throws Exception {
        TestServer impatient = TestServer.start(
                folder.resolve("impatient"), TestServer.quick().with(Settings.READER_PATIENCE, Duration.ofSeconds(2)));
        new ProfileStore(impatient.home.profiles("alice@test")).add(SampleProfiles.large(1_000), false);
        return impatient;
    }

    @Test
    void a_reader_that_stops_slows_itself_alone_and_is_left_behind() throws Exception {
        int whole = alice.get("/api/profile/3").body().length;
        int requests = (32 << 20) / whole; // far more than all windows and buffers on the way hold
        try (TestServer impatient = impatient();
                Tunnel slow = Tunnel.open(impatient, "alice");
                Socket stopped = new Socket()) {
            stopped.setReceiveBufferSize(4096);
            stopped.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), slow.port));
            stopped.setSoTimeout(60_000);
            stopped.getOutputStream()
                    .write("GET /api/profile/1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .repeat(requests)
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(stopped.getInputStream().read()).isEqualTo('H');
            impatient.allow("", "other");
            try (Tunnel other = Tunnel.open(impatient, "other")) {
                assertThat(other.get("/").statusCode()).isEqualTo(200);
            }
            // Nothing is read for longer than a reader is waited for.
            Await.until("it was left behind", Duration.ofSeconds(60), () -> impatient.server.pages("alice@test") == 0);
            long size = 1;
            try (InputStream in = stopped.getInputStream()) {
                size += in.transferTo(OutputStream.nullOutputStream());
            } catch (SocketException e) {
                // ended in the middle
            }
            assertThat(size).isLessThan((long) requests * whole);
        }
    }

    @Test
    void a_client_that_leaves_ends_what_it_asked_for() throws Exception {
        int before = server.commands.waiting.get();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), alice.port)) {
            socket.getOutputStream()
                    .write("GET /11/debug/pprof/profile?seconds=3600 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.ISO_8859_1));
            Await.until("it runs", Duration.ofSeconds(90), () -> server.commands.waiting.get() > before);
        }
        Await.until("it has ended", Duration.ofSeconds(90), () -> server.commands.waiting.get() == before);
    }
}
