package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.shell.invariants.Bastion;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shop.Main;

/** Profiles of the order service, through the real {@code ssh}: each line is a session of its own. */
final class ProfilesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_profile_that_one_session_takes_another_looks_at(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram orders =
                        TargetProgram.start(jdk, List.of("-Dsonde.name=orders"), Main.class, "--until-eof")) {
            bastion.confine(orders.pid());
            Result taken = bastion.ssh("@orders profile wall --for 2s --interval 20ms --name slow --json");
            assertThat(taken.exit()).as(taken.err()).isZero();
            assertThat(taken.err()).contains("by async-profiler").contains("kept as #1");
            JsonNode top = JSON.readTree(bastion.ssh("top 1 --focus shop.OrderService.place --cum -n 50 --json")
                    .out());
            assertThat(top.get("entries").findValuesAsText("name")).contains("shop.OrderService.place");
            assertThat(JSON.readTree(bastion.ssh("profile list --json").out())
                            .get("name")
                            .asText())
                    .isEqualTo("slow");
            Result listed = bastion.ssh("@orders list OrderService.place 1");
            assertThat(listed.out()).as(listed.err()).contains("place(Order order, int quantity)");

            // By the other engine, and going on after the session that started it.
            assertThat(bastion.ssh("@orders profile start cpu --engine jfr").exit())
                    .isZero();
            Result refused = bastion.ssh("@orders profile cpu --engine jfr --interval 7ms --for 1s");
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err()).contains("ops/started-").contains("takes a profile of cpu here with it");
            Result stopped = bastion.ssh("@orders profile stop --json");
            assertThat(stopped.exit()).as(stopped.err()).isZero();
            assertThat(JSON.readTree(stopped.out()).get("number").asInt()).isEqualTo(2);
            assertThat(bastion.ssh("@orders profile stop").err()).contains("no profile of ops is being taken");

            Result gone = bastion.ssh("profile rm 1 2");
            assertThat(gone.exit()).as(gone.err()).isZero();
            assertThat(bastion.ssh("top").err()).contains("no profile is kept");
            assertThat(orders.output()).noneMatch(line -> line.contains("rofiler"));
        }
    }
}
