package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes in, as whom, how often, and what they do not get. */
final class LoginTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_key_that_is_not_listed_stays_out() throws Exception {
        TestServer.Result result = server.sshAs("mallory", "say hello");
        assertThat(result.exit()).isEqualTo(255);
        assertThat(result.err()).contains("Permission denied (publickey)");
        assertThat(server.audit()).isEmpty();
    }

    @Test
    void passwords_are_not_asked_for() throws Exception {
        List<String> command = server.client("mallory", "-n", "-o", "PreferredAuthentications=password,none", "-v");
        command.add("say hello");
        TestServer.Result result = TestServer.run(command, "");
        assertThat(result.exit()).isEqualTo(255);
        assertThat(result.err()).contains("Permission denied (publickey)");
    }

    @Test
    void the_key_says_who_it_is_and_the_user_name_is_only_recorded() throws Exception {
        server.allow("grant=\"mutate\",login=\"bob\"", "bob");
        List<String> command = server.client("bob", "-n", "-l", "root");
        command.set(command.size() - 1, "127.0.0.1");
        command.add("whoami");
        assertThat(TestServer.run(command, "").out()).isEqualTo("bob MUTATE -\n");
        assertThat(server.audit().get(0)).contains("\"login\":\"bob\"", "\"user\":\"root\"", "\"key\":\"SHA256:");
    }

    /** Asking whether a listed key would do, without its private half, must not make one its owner. */
    @Test
    void naming_somebody_elses_key_does_not_make_one_him() throws Exception {
        server.allow("grant=\"mutate\",login=\"admin\"", "admin");
        Files.copy(server.key("admin").resolveSibling("admin.pub"), folder.resolve("stolen.pub"));
        Files.copy(server.key("alice"), folder.resolve("stolen"));
        SshClient client = TestConsole.client();
        try {
            ClientSession connection = client.connect("x", "127.0.0.1", server.server.port())
                    .verify(Duration.ofSeconds(90))
                    .getSession();
            // The public key of admin with the private key of alice: MINA's client asks first, then signs.
            connection.addPublicKeyIdentity(new KeyPair(
                    TestConsole.pair(server.key("admin")).getPublic(),
                    TestConsole.pair(server.key("alice")).getPrivate()));
            connection.addPublicKeyIdentity(TestConsole.pair(server.key("alice")));
            connection.auth().verify(Duration.ofSeconds(90));
            ChannelExec channel = connection.createExecChannel("whoami");
            var out = new ByteArrayOutputStream();
            channel.setOut(out);
            channel.open().verify(Duration.ofSeconds(90));
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), Duration.ofSeconds(90));
            assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("alice@test INSTRUMENT");
        } catch (SshException e) {
            assertThat(server.audit()).isEmpty(); // refused altogether is right too
        } finally {
            client.stop();
        }
    }

    @Test
    void rsa_and_ecdsa_keys_come_in() throws Exception {
        for (String type : List.of("rsa", "ecdsa")) {
            Path key = folder.resolve(type);
            TestServer.run(List.of("ssh-keygen", "-q", "-t", type, "-N", "", "-C", type, "-f", key.toString()), "");
            server.allow("", type);
            assertThat(server.sshAs(type, "whoami").out()).isEqualTo(type + " OBSERVE -\n");
        }
    }

    @Test
    void targets_of_a_key_are_all_that_it_sees() throws Exception {
        server.allow("targets=\"billing,12\"", "carol");
        assertThat(server.sshAs("carol", "@billing whoami").exit()).isZero();
        assertThat(server.sshAs("carol", "@12 whoami").exit()).isZero();
        assertThat(server.sshAs("carol", "@11 whoami").exit()).isEqualTo(1);
        assertThat(server.sshAs("carol", "@orders whoami").exit()).isEqualTo(1);
        assertThat(server.sshAs("carol", "@* whoami").out().lines()).hasSize(2);
        assertThat(server.sshAs("carol", "ps").out())
                .contains("billing", "orders-batch")
                .doesNotContain("11 ");
    }

    @Test
    void targets_of_a_key_may_be_main_classes_as_ps_shows_them() throws Exception {
        server.allow("targets=\"shop.M*\"", "carol");
        assertThat(server.sshAs("carol", "@billing whoami").exit()).isZero();
        assertThat(server.sshAs("carol", "@13 whoami").exit()).isZero();
        assertThat(server.sshAs("carol", "@* whoami").out().lines()).hasSize(3);
    }

    @Test
    void the_list_is_read_anew_and_a_key_that_is_taken_away_may_nothing_at_once() throws Exception {
        assertThat(server.sshAs("dave", "whoami").exit()).isEqualTo(255);
        server.allow("", "dave");
        assertThat(server.sshAs("dave", "whoami").exit()).isZero();
        try (TestConsole console = TestConsole.open(server)) {
            server.list("# nobody\n");
            console.type("say hello\r");
            console.await("your key may not come in any more");
            console.awaitExit();
        }
    }

    @Test
    void options_of_openssh_do_what_they_say() throws Exception {
        server.allow("from=\"10.0.0.0/8\"", "afar");
        assertThat(server.sshAs("afar", "whoami").exit()).isEqualTo(255);
        server.allow("from=\"127.0.0.*,!10.0.0.1\"", "near");
        assertThat(server.sshAs("near", "whoami").exit()).isZero();
        server.allow("expiry-time=\"20200101\"", "past");
        assertThat(server.sshAs("past", "whoami").exit()).isEqualTo(255);
        server.allow("expiry-time=\"29991231235959Z\"", "future");
        assertThat(server.sshAs("future", "whoami").exit()).isZero();
        server.allow("command=\"say forced\"", "forced");
        assertThat(server.sshAs("forced", "whoami").out()).isEqualTo("forced\n");
        server.allow("restrict", "plain");
        assertThat(server.sshAs("plain", "whoami").exit()).isZero();
        List<String> terminal = server.client("plain", "-tt");
        terminal.add("whoami");
        assertThat(TestServer.run(terminal, "").err()).contains("PTY allocation request failed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grant=\"root\"",
                "grant",
                "nonsense",
                "cert-authority",
                "targets=\",\"",
                "login=\"../../etc\"",
                "from=\"*.example.org\"",
                "expiry-time=\"tomorrow\"",
                "grant=\"mutate",
                "verify-required"
            })
    void a_line_that_is_not_understood_lets_nobody_in_and_is_named(String options) throws Exception {
        server.allow(options, "eve");
        assertThat(server.sshAs("eve", "whoami").exit()).isEqualTo(255);
        assertThat(server.notices).anyMatch(notice -> notice.contains("authorized_keys:2: this line lets nobody in: "));
        assertThat(server.ssh("whoami").exit()).isZero();
    }

    @Test
    void a_list_that_others_can_write_lets_nobody_in() throws Exception {
        Files.setPosixFilePermissions(server.home.authorizedKeys(), PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.writeString(server.home.authorizedKeys(), "\n", StandardOpenOption.APPEND);
        assertThat(server.ssh("whoami").exit()).isEqualTo(255);
        assertThat(server.notices).anyMatch(notice -> notice.contains("can be written by others"));
    }

    @Test
    void nothing_is_forwarded() throws Exception {
        for (List<String> wanted : List.of(
                List.of("-R", "0:127.0.0.1:1"),
                List.of("-L", "0:127.0.0.1:22", "-W", "127.0.0.1:22"),
                List.of("-w", "0"))) {
            List<String> command = server.client("alice", "-n", "-o", "ExitOnForwardFailure=yes");
            command.addAll(command.size() - 1, wanted);
            if (!wanted.contains("-W")) {
                command.add("whoami");
            }
            assertThat(TestServer.run(command, "").exit()).as(wanted.toString()).isEqualTo(255);
        }
        List<String> agent = server.client("alice", "-n", "-A", "-X", "-v");
        agent.add("whoami");
        TestServer.Result result = TestServer.run(agent, "");
        assertThat(result.out()).isEqualTo("alice@test INSTRUMENT -\n");
    }

    @Test
    void there_is_no_subsystem_but_sftp() throws Exception {
        List<String> command = server.client("alice", "-n", "-s");
        command.add("netconf");
        TestServer.Result result = TestServer.run(command, "");
        assertThat(result.exit()).isEqualTo(255);
        assertThat(result.err()).contains("subsystem request failed");
    }

    @Test
    void sessions_are_limited_for_a_login_and_for_a_connection_and_the_connection_lives_on() throws Exception {
        server.close();
        server = TestServer.start(
                folder.resolve("few"),
                TestServer.quick().with(Settings.SESSIONS_PER_CONNECTION, 2).with(Settings.SESSIONS_PER_LOGIN, 3));
        SshClient client = TestConsole.client();
        try {
            ClientSession first = TestConsole.connect(client, server, "alice");
            List<ChannelExec> open = new ArrayList<>();
            open.add(wait(first));
            open.add(wait(first));
            assertThatThrownBy(() -> wait(first)).hasRootCauseInstanceOf(SshChannelOpenException.class);
            ClientSession second = TestConsole.connect(client, server, "alice");
            open.add(wait(second));
            assertThatThrownBy(() -> wait(second)).hasRootCauseInstanceOf(SshChannelOpenException.class);
            open.get(0).close(false).await(Duration.ofSeconds(90));
            Await.until("a place is free", Duration.ofSeconds(90), () -> {
                try {
                    open.add(wait(first));
                    return true;
                } catch (IOException e) {
                    return false;
                }
            });
        } finally {
            client.stop();
        }
        Await.until("all ended", Duration.ofSeconds(90), () -> server.commands.waiting.get() == 0);
    }

    private static ChannelExec wait(ClientSession connection) throws Exception {
        ChannelExec channel = connection.createExecChannel("wait");
        channel.open().verify(Duration.ofSeconds(90));
        return channel;
    }

    @Test
    void connections_that_do_not_authenticate_are_closed_in_time() throws Exception {
        server.close();
        server = TestServer.start(
                folder.resolve("short"), TestServer.quick().with(Settings.GRACE_TIME, Duration.ofSeconds(2)));
        try (Socket silent = connect()) {
            silent.getInputStream().readAllBytes(); // ends
        }
    }

    @Test
    void who_holds_connections_open_without_logging_in_keeps_nobody_out() throws Exception {
        server.close();
        server = TestServer.start(
                folder.resolve("held"), Settings.standard().with(Settings.GRACE_TIME, Duration.ofMinutes(10)));
        List<Socket> held = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                Socket socket = connect();
                held.add(socket);
                assertThat(socket.getInputStream().read()).isEqualTo('S');
            }
            for (int i = 0; i < 3; i++) {
                assertThat(server.ssh("whoami").exit()).isZero();
            }
            held.get(0).getInputStream().readAllBytes(); // ends: it was the oldest
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void one_user_of_this_machine_who_fails_often_keeps_nobody_out() throws Exception {
        server.close();
        server = TestServer.start(
                folder.resolve("strict"),
                Settings.standard()
                        .with(Settings.PENALTY, Duration.ofMinutes(5))
                        .with(Settings.PENALTY_THRESHOLD, Duration.ofSeconds(1)));
        for (int i = 0; i < 3; i++) {
            assertThat(server.sshAs("mallory", "whoami").exit()).isEqualTo(255);
        }
        assertThat(server.ssh("whoami").exit()).isZero();
    }

    @Test
    void the_server_does_not_say_what_it_is_made_of() throws Exception {
        try (Socket socket = connect()) {
            byte[] first = socket.getInputStream().readNBytes(15);
            assertThat(new String(first, StandardCharsets.UTF_8)).isEqualTo("SSH-2.0-Sonde\r\n");
        }
    }

    @Test
    void environment_variables_do_not_get_in() throws Exception {
        try (TestConsole console = new TestConsole(
                server, "alice", "xterm", 80, 24, Map.of("LD_PRELOAD", "/tmp/x.so", "TERM", "$(id)", "LANG", "C"))) {
            console.await("> ");
        }
    }

    private Socket connect() throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port());
        socket.setSoTimeout(90_000);
        return socket;
    }
}
