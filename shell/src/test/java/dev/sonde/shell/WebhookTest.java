package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sonde.commands.guard.Channel;
import dev.sonde.commands.guard.Fired;
import dev.sonde.testing.Await;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of telling when the web server that is told is ill, or is none. */
final class WebhookTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final Fired FIRED = new Fired(
            1,
            Instant.EPOCH,
            "leak",
            "threads",
            "threads.total > 60",
            "ops",
            "4711",
            "orders",
            OptionalDouble.of(61),
            "61",
            Duration.ZERO,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of());

    private final AtomicInteger asked = new AtomicInteger();
    private volatile Iterator<Integer> answers = List.<Integer>of().iterator();
    private HttpServer web;

    @BeforeEach
    void start() throws Exception {
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/hook", exchange -> {
            asked.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(answers.next(), -1);
            exchange.close();
        });
        web.start();
    }

    @AfterEach
    void stop() {
        web.stop(0);
    }

    private static String told(int port, Duration patience) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + port + "/hook");
        List<String> told = new CopyOnWriteArrayList<>();
        try (Teller teller = new Teller(Map.of(Channel.WEBHOOK, new Webhook(address, patience, PAUSE)))) {
            teller.tell(FIRED, Set.of(Channel.WEBHOOK), (channel, how) -> told.add(how));
            Await.until("what became of telling", LONG, () -> !told.isEmpty());
        }
        return told.get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "204, told, 1",
        "500 503 204, told, 3",
        "500 500 500, not told: it answered 500, 3",
        "404, not told: it answered 404, 1",
        "302, not told: it answered 302, 1",
    })
    void tries_again_what_may_pass(String all, String told, int tries) throws Exception {
        answers = List.of(all.split(" ", -1)).stream().map(Integer::valueOf).iterator();
        assertThat(told(web.getAddress().getPort(), LONG)).isEqualTo(told);
        assertThat(asked).hasValue(tries);
    }

    @Test
    void tells_that_nobody_listens_without_the_address() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        assertThat(told(port, LONG)).isEqualTo("not told: it cannot be reached: ConnectException");
    }

    @Test
    void gives_up_one_that_takes_the_connection_and_never_answers() throws Exception {
        // Nobody accepts: the kernel does, until its queue is full.
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            // On a busy machine the connection itself may take as long.
            assertThat(told(silent.getLocalPort(), Duration.ofMillis(100)))
                    .isIn(
                            "not told: no answer in 100 ms",
                            "not told: it cannot be reached: HttpConnectTimeoutException");
        }
    }
}
