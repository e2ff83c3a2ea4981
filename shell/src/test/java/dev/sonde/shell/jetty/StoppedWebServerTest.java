package dev.sonde.shell.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.shell.invariants.Bastion;
import dev.sonde.shell.invariants.Bastion.Live;
import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That no request fails while people stop a web server's threads and lose their connections; {@code bench breakpoints} does it longer. */
final class StoppedWebServerTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern SECOND = Pattern.compile("SECOND ops=(\\d+) errors=(\\d+) .*first=(.*)");
    private static final int STOPS_A_SESSION = 10;

    private static final List<String> PLACES = List.of(
            "WebShop.handle:+1",
            "WebShop.order",
            "WebShop.order:+4",
            "WebShop.order:+6",
            "WebShop.discount",
            "Basket.fill:+2",
            "Basket.code",
            "Price.cents:+1",
            "Reduced.cents",
            "Stock.reserve:+1");

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void no_request_fails_and_no_thread_stays_though_sessions_are_lost_while_one_stands(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram shop = start(jdk, WebShop.class);
                TargetProgram load = start(jdk, WebLoad.class, port(shop), "50", "500")) {
            Random random = new Random(42);
            bastion.ssh("version"); // there is an audit from the first line on
            for (int i = 0; i < 4; i++) {
                Live session = bastion.live("--keep-going");
                session.say("@" + shop.pid());
                List<String> places = new ArrayList<>(PLACES);
                Collections.shuffle(places, random);
                for (String place : places.subList(0, 5)) {
                    session.say("break " + place + " --max-park 30s");
                }
                long before = records(bastion, "stop");
                for (int n = 1; n < STOPS_A_SESSION; n++) {
                    session.say("stops --wait 20s");
                    session.say(random.nextInt(4) == 0 ? "next" : "locals");
                    session.say("continue");
                }
                session.say("stops --wait 20s");
                Await.until(
                        STOPS_A_SESSION + " threads have stopped",
                        SOON,
                        () -> records(bastion, "stop") >= before + STOPS_A_SESSION);
                session.close();
            }
            Await.until("no thread of ours", SOON, () -> !hasAgent(shop.pid()));
            // It is written a moment after the thread has gone on.
            Await.until("a release for each stop", SOON, () -> records(bastion, "release") == records(bastion, "stop"));
            assertThat(bastion.ssh("@" + shop.pid() + " threads --json").out()).doesNotContain("dev.sonde.agent.");
            int now = load.output().size();
            Await.until("two seconds of load", SOON, () -> load.output().size() >= now + 2);
            List<String> said = load.output();
            Matcher last = SECOND.matcher(said.get(said.size() - 1));
            assertThat(last.matches()).as(said.get(said.size() - 1)).isTrue();
            assertThat(last.group(2)).as(last.group(3)).isEqualTo("0");
            assertThat(Integer.parseInt(last.group(1))).isPositive();
        }
    }

    private static long records(Bastion bastion, String type) throws IOException {
        return bastion.audit().stream()
                .filter(record -> record.startsWith("{\"type\":\"" + type + "\""))
                .count();
    }

    private static boolean hasAgent(long pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path task : tasks.toList()) {
                if (name(task).startsWith("sonde")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String name(Path task) throws IOException {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (NoSuchFileException e) {
            return ""; // it has ended meanwhile
        }
    }

    private static TargetProgram start(Jdk jdk, Class<?> main, String... args) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return TargetProgram.start(jdk, command);
    }

    private static String port(TargetProgram shop) {
        String ready = shop.output().stream()
                .filter(line -> line.startsWith("READY"))
                .findFirst()
                .orElseThrow();
        return ready.substring(ready.lastIndexOf(' ') + 1);
    }
}
