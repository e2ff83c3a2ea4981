package dev.sonde.shell.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.sonde.shell.invariants.Bastion;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real fault in a real JVM, a server that is killed, and a web server that is told, or that hangs. */
final class GuardsOverSshTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean hangs;
    private HttpServer web;
    private DatagramSocket log;
    /** One on each JDK, each of another name. */
    private final List<TargetProgram> paces = new ArrayList<>();

    private final String name = "pace-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void start() throws Exception {
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.setExecutor(Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "web");
            thread.setDaemon(true);
            return thread;
        }));
        web.createContext("/hook", exchange -> {
            told.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            if (hangs) {
                exchange.sendResponseHeaders(200, 0); // a head, and a body that never ends
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            } else {
                exchange.sendResponseHeaders(204, -1);
            }
            exchange.close();
        });
        web.start();
        log = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        for (Jdk jdk : Jdk.all()) {
            paces.add(pace(jdk, Integer.toString(jdk.feature())));
        }
    }

    private TargetProgram pace(Jdk jdk, String suffix) throws Exception {
        return TargetProgram.start(jdk, List.of("-Dsonde.name=" + name + "-" + suffix), Pace.class);
    }

    @AfterEach
    void stop() throws Exception {
        over.countDown();
        web.stop(0);
        log.close();
        for (TargetProgram pace : paces) {
            pace.close();
        }
    }

    /** A program that keeps what it is told, or, asked for by a word, never ends. */
    private Path program() throws Exception {
        Path file = folder.resolve("page");
        Files.writeString(
                file,
                "#!/bin/sh\n[ \"$1\" = hang ] && exec sleep 600\n" + "tee -a '" + folder.resolve("paged")
                        + "' > /dev/null\nenv > '" + folder.resolve("env") + "'\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private String settings(String word, String patience) throws Exception {
        return "guard-webhook: http://127.0.0.1:" + web.getAddress().getPort() + "/hook\nguard-command: '" + program()
                + " " + word + "'\nguard-syslog: 127.0.0.1:" + log.getLocalPort() + "\nguard-tell-timeout: " + patience
                + "\n";
    }

    private String rules(String rules) {
        return "name: leak\non: " + name + "-*\nevery: 1s\nrules:\n" + rules;
    }

    private static JsonNode first(Bastion bastion, String line, String type) throws Exception {
        for (String each : bastion.ssh(line + " --json").lines()) {
            JsonNode row = JSON.readTree(each);
            if (row.path("type").asText().equals(type)) {
                return row;
            }
        }
        return JSON.missingNode();
    }

    @Test
    void a_rule_that_comes_true_runs_its_playbook_once_tells_and_survives_a_kill() throws Exception {
        try (Bastion bastion = Bastion.start(settings("keep", "30s"))) {
            Result set = bastion.sshWithInput("guard -", rules("""
                            - name: threads
                              when: threads.total > 60 for 1s
                              play: thread-leak times=2 every=200ms most=50
                              cool-down: 1h
                            """));
            assertThat(set.exit()).as(set.err()).isZero();
            Await.until("a quiet rule for each", LONG, () -> states(bastion).equals(allOf("quiet")));
            assertThat(told).isEmpty();

            for (TargetProgram pace : paces) {
                pace.ask("threads 60", "OK");
            }
            Await.until(
                    "the webhook, the command and syslog",
                    LONG,
                    () -> told.size() == paces.size() && Files.exists(folder.resolve("env")));
            Set<String> targets = new HashSet<>();
            for (String text : told) {
                JsonNode body = JSON.readTree(text);
                assertThat(body.path("type").asText()).isEqualTo("fired");
                assertThat(body.path("guard").asText()).isEqualTo("leak");
                assertThat(body.path("rule").asText()).isEqualTo("threads");
                assertThat(body.path("login").asText()).isEqualTo("ops");
                assertThat(body.path("value").asDouble()).isGreaterThan(60);
                assertThat(body.path("outcome").asText()).as(body.toString()).isEqualTo("failed");
                assertThat(body.path("findings").path(0).path("found").asText()).contains("Pace.waitForEver");
                targets.add(body.path("target").asText());
            }
            assertThat(targets)
                    .isEqualTo(paces.stream()
                            .map(pace -> Long.toString(pace.pid()))
                            .collect(Collectors.toSet()));
            assertThat(Files.readString(folder.resolve("paged"))).contains("\"number\":1,");
            assertThat(Files.readString(folder.resolve("env"))).doesNotContain("JAVA", "SSH_");
            assertThat(syslog()).startsWith("<28>1 ").contains("leak: threads on ");

            Await.until(
                    "all that came of telling",
                    LONG,
                    () -> bastion.ssh("guard show leak --json").lines().stream()
                                    .filter(line -> line.contains(
                                            "{\"command\":\"told\",\"syslog\":\"told\",\"webhook\":\"told\"}"))
                                    .count()
                            == paces.size());
            assertThat(bastion.ssh("guard report leak").out()).contains("<html", "thread-leak");
            assertThat(bastion.audit()).anyMatch(line -> line.contains("play --report 1.html thread-leak"));

            bastion.killAndRestart();
            Await.until("rules that cool down after the restart", LONG, () -> states(bastion)
                    .equals(allOf("cooling")));
            assertThat(told).as("nobody is told again").hasSize(paces.size());

            bastion.unlist("ops");
            Await.until("the guard is refused with its key", LONG, () -> Files.readString(
                            bastion.home().resolve("sonde.log"))
                    .contains("is not listed any more"));
        }
    }

    /** How the guard's rule stands on each JVM. */
    private static List<String> states(Bastion bastion) throws Exception {
        List<String> states = new ArrayList<>();
        for (String line : bastion.ssh("guards --json").lines()) {
            states.add(JSON.readTree(line).path("state").asText());
        }
        return states;
    }

    private List<String> allOf(String state) {
        return Collections.nCopies(paces.size(), state);
    }

    private String syslog() throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[4_096], 4_096);
        log.setSoTimeout(60_000);
        log.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    @Test
    void who_hangs_holds_up_nobody_and_a_new_jvm_is_found() throws Exception {
        hangs = true;
        try (Bastion bastion = Bastion.start(settings("hang", "1s"))) {
            Result set = bastion.sshWithInput("guard --on '" + name + "*' -", rules("""
                            - {name: many, when: threads.total > 1, cool-down: 1h}
                            - {name: calls, when: count(Pace.step).calls > 0, tell: syslog, cool-down: 1h}
                            """));
            assertThat(set.exit()).as(set.err()).isZero();
            assertThat(syslog()).contains("leak: ");
            assertThat(syslog()).contains("leak: ");
            Await.until("what became of the webhook and the command", LONG, () -> {
                String all = bastion.ssh("guard show leak -n 20 --json").out();
                return all.contains("not told: no answer in 1000 ms")
                        && all.contains("not told: it did not end in 1000 ms, and was ended")
                        && all.contains("\"syslog\":\"told\"");
            });
            for (TargetProgram pace : paces) {
                Await.until("a probe of the count", LONG, () -> bastion.ssh("@" + pace.pid() + " probes --json")
                        .out()
                        .contains("\"count\""));
            }
            paces.get(0).kill();
            try (TargetProgram next = pace(Jdk.current(), "next")) {
                Await.until("the JVM that came in its place", LONG, () -> bastion.ssh("guards --json").lines().stream()
                        .anyMatch(line -> line.contains("\"target\":\"" + next.pid() + "\"")));
                Result stopped = bastion.ssh("guard stop leak");
                assertThat(stopped.exit()).as(stopped.err()).isZero();
                bastion.awaitNoProbe(next.pid());
                assertThat(first(bastion, "guards", "guard").path("state").asText())
                        .isEqualTo("stopped");
                assertThat(bastion.ssh("guard stop leak --forget").exit()).isZero();
                assertThat(bastion.home().resolve("guards/ops/leak")).doesNotExist();
            }
        }
    }

    @Test
    void a_guard_that_is_wrong_asks_for_too_much_or_cannot_be_kept_is_not_set() throws Exception {
        try (Bastion bastion = Bastion.start()) {
            Result wrong = bastion.sshWithInput("guard -", rules("- when: threads.totl > 5\n"));
            assertThat(wrong.exit()).isEqualTo(2);
            assertThat(wrong.err()).contains("input:5:17: no field is called totl; near: total");
            Result untold = bastion.sshWithInput("guard -", rules("- {when: threads.total > 5, tell: command}\n"));
            assertThat(untold.exit()).isEqualTo(2);
            assertThat(untold.err()).contains("the server's owner has set no command");
            Result refused = bastion.sshAs("eve", "guard leaks --on nothing");
            assertThat(refused.exit()).as(refused.err()).isIn(0, 4);
            assertThat(bastion.ssh("guards --json").out()).isEmpty();

            Result first = bastion.sshWithInput("guard -", rules("- {name: first, when: threads.total > 9999}\n"));
            assertThat(first.exit()).as(first.err()).isZero();
            // As on a full disk: nothing can be put in its place.
            Path order = bastion.home().resolve("guards/ops/leak/guard.json");
            Files.delete(order);
            Files.createDirectories(order.resolve("full"));
            Result second = bastion.sshWithInput("guard -", rules("- {name: second, when: threads.total > 9999}\n"));
            assertThat(second.exit()).isEqualTo(1);
            assertThat(second.err()).contains("the guard cannot be kept");
            assertThat(bastion.ssh("guards --json").out()).contains("\"first\"").doesNotContain("\"second\"");
        }
    }
}
