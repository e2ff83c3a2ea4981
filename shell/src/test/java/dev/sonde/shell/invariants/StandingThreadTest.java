package dev.sonde.shell.invariants;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.shell.invariants.Bastion.Live;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Await;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A thread that stands at a breakpoint never stands for longer than somebody wants it to. */
final class StandingThreadTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern AT_PROMPT = Pattern.compile("@\\d+ keyed \\d+s> ");
    private static final Duration SOON = Duration.ofSeconds(90);

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void it_goes_on_when_the_server_is_killed(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            stand(bastion, patient);
            bastion.kill();
            assertGoesOn(patient);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void it_goes_on_when_the_server_stands_still(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            stand(bastion, patient);
            bastion.signal("STOP");
            try {
                assertGoesOn(patient);
            } finally {
                bastion.signal("CONT");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void it_goes_on_when_its_session_is_lost_and_the_audit_tells_of_it(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            Live session = stand(bastion, patient);
            session.close();
            assertGoesOn(patient);
            Await.until(
                    "the release is in the audit",
                    SOON,
                    () -> audit(bastion, "release").size() == 1);
            JsonNode stop = audit(bastion, "stop").get(0);
            assertThat(stop.get("login").asText()).isEqualTo("ops");
            assertThat(stop.get("target").asText()).isEqualTo(Long.toString(patient.pid()));
            assertThat(stop.get("at").asText()).contains("Clinic.place");
            assertThat(stop.get("line").asInt()).isPositive();
            JsonNode release = audit(bastion, "release").get(0);
            assertThat(release.get("stop")).isEqualTo(stop.get("stop"));
            assertThat(release.get("parkedMs").asLong()).isNotNegative();
        }
    }

    /** Each time another thread, which is interrupted already as it comes. */
    @ParameterizedTest
    @MethodSource("jdks")
    void whatever_ends_it_goes_on_where_it_stood_with_its_interrupt_status(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram crossing = TargetProgram.start(jdk, Crossing.class)) {
            Live left = stopped(bastion.session(), crossing, "left", "\n");
            left.say("exit");
            assertGoesOn(crossing, "left");
            Live lost = stopped(bastion.session(), crossing, "lost", "\n");
            lost.signal("KILL");
            assertGoesOn(crossing, "lost");
            Live keyed = stopped(bastion.console(), crossing, "keyed", "\r");
            Await.until("the prompt", SOON, () -> AT_PROMPT.matcher(keyed.out()).find());
            keyed.type("\u0003");
            assertGoesOn(crossing, "keyed");
            Await.until("it says so", SOON, () -> keyed.out().contains("Ctrl-C: continue --all --disable"));
            keyed.close();
            Live lapsed = stopped(bastion.session(), crossing, "lapsed", "\n");
            lapsed.say("extend 100ms");
            assertGoesOn(crossing, "lapsed");
            lapsed.say("clear --all");
            Live killed = stopped(bastion.session(), crossing, "killed", "\n");
            assertThat(killed.isAlive()).isTrue();
            bastion.kill();
            assertGoesOn(crossing, "killed");
            assertThat(crossing.ask("crossed", "TOGETHER")).isEqualTo("TOGETHER 5");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void whom_it_held_up_is_told_in_order_and_frees_it(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram crossing = TargetProgram.start(jdk, Crossing.class)) {
            Live console = bastion.console();
            console.type("@" + crossing.pid() + "\rbreak Crossing.cross --max-park 5m\r");
            Await.until("the breakpoint", SOON, () -> console.out().contains("Crossing.cross:"));
            crossing.say("hold one");
            Await.until("it stands", SOON, () -> console.out().contains("one stands at Crossing.cross:"));
            crossing.say("hold two");
            crossing.awaitLine("HELD two", SOON);
            assertTold(
                    console,
                    "one stands at Crossing.cross:",
                    "1 thread waits for what one holds: two",
                    "one goes on after ",
                    "what it holds was waited for longer than 2000 ms by two",
                    " is disabled: it held up others; enable ");
            Matcher breakpoint =
                    Pattern.compile("breakpoint (\\d+) is disabled").matcher(console.out());
            assertThat(breakpoint.find()).isTrue();
            console.type("enable " + breakpoint.group(1) + "\r");
            Await.until("it is enabled", SOON, () -> console.out().indexOf(" enabled, ", breakpoint.end()) > 0);
            crossing.say("crowd many");
            crossing.awaitLine("HELD many-4", SOON);
            assertTold(
                    console,
                    "many stands at Crossing.cross:",
                    "4 threads wait for what many holds: many-1, many-2, many-3, many-4",
                    "many goes on after ",
                    "4 threads waited for what it holds: many-1, many-2, many-3, many-4");
        }
    }

    /** At a terminal, where lines are broken. */
    private static void assertTold(Live console, String... texts) throws Exception {
        Await.until("all of " + List.of(texts), SOON, () -> flat(console).contains(texts[texts.length - 1]));
        assertThat(flat(console)).containsSubsequence(texts);
    }

    private static String flat(Live console) {
        return console.out().replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "").replaceAll("\\s+", " ");
    }

    private static Live stopped(Live session, TargetProgram crossing, String name, String end) throws Exception {
        session.type("@" + crossing.pid() + end);
        session.type("break Crossing.cross --max-park 5m --wait 60s" + end);
        Await.until("the breakpoint", SOON, () -> session.out().contains("Crossing.cross:"));
        crossing.say("cross " + name);
        Await.until("a thread stands", SOON, () -> session.out().contains(name + " stands at Crossing.cross:"));
        return session;
    }

    private static void assertGoesOn(TargetProgram crossing, String name) throws Exception {
        assertThat(crossing.awaitLine("CROSSED " + name, SOON)).isEqualTo("CROSSED " + name + " 42 true");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_script_stops_looks_steps_and_sends_on(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram patient = TargetProgram.start(jdk, Patient.class)) {
            Result script = bastion.sshLines("@" + patient.pid() + """

                    break Clinic.place --once --wait 60s
                    print 'quantity * 0 + 42' order.sku
                    locals
                    stepout
                    stops --json
                    extend 1m
                    continue
                    """);
            assertThat(script.exit()).as(script.out() + script.err()).isZero();
            assertThat(script.out())
                    .contains("stands at Clinic.place:")
                    .contains("= 42")
                    .contains("quantity = ")
                    .contains("about to return")
                    .contains("\"callsBeforePerSecond\":")
                    .doesNotContain("\u001b[31mRED")
                    .doesNotContain("hunter2");
            assertGoesOn(patient);
        }
    }

    private static Live stand(Bastion bastion, TargetProgram patient) throws Exception {
        Live session = bastion.session();
        session.say("@" + patient.pid());
        session.say("break Clinic.place --max-park 5m --wait 60s");
        Await.until(
                "a thread stands", Duration.ofSeconds(60), () -> session.out().contains("stands at Clinic.place"));
        return session;
    }

    private static void assertGoesOn(TargetProgram patient) throws Exception {
        long before = calls(patient);
        Await.until("the application goes on", SOON, () -> calls(patient) > before + 100);
    }

    private static long calls(TargetProgram patient) throws Exception {
        return Long.parseLong(patient.ask("calls", "CALLS").split(" ", -1)[1]);
    }

    private static List<JsonNode> audit(Bastion bastion, String type) throws Exception {
        List<JsonNode> found = new ArrayList<>();
        for (String line : Files.readAllLines(bastion.home().resolve("audit.jsonl"))) {
            JsonNode one = JSON.readTree(line);
            if (one.get("type").asText().equals(type)) {
                found.add(one);
            }
        }
        return found;
    }
}
