package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sonde.shell.invariants.Bastion;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shop.Main;

/** Where the demo's orders spend their time, asked over ssh. */
final class CallTreeTest {

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_trace_over_ssh_names_what_an_order_calls_down_to_the_implementation_of_an_interface(Jdk jdk)
            throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram orders =
                        TargetProgram.start(jdk, List.of("-Dsonde.name=orders"), Main.class, "--until-eof")) {
            bastion.confine(orders.pid());
            Bastion.Result result =
                    bastion.ssh("@orders trace OrderService place --depth 4 --when 'cost > 0' -n 1 --for 60s --json");
            assertThat(result.exit()).as(result.err()).isZero();
            JsonNode tree = new ObjectMapper().readTree(result.lines().get(0));
            assertThat(tree.get("type").asText()).isEqualTo("trace");
            List<String> methods = new ArrayList<>();
            for (JsonNode node : tree.get("nodes")) {
                methods.add(
                        node.get("class").asText() + "." + node.get("method").asText());
                assertThat(node.get("selfMs").asDouble())
                        .isLessThanOrEqualTo(node.get("totalMs").asDouble());
            }
            assertThat(methods)
                    .startsWith("shop.OrderService.place(Order, int)")
                    .contains("shop.OrderService.discount(Order, int)");
            assertThat(result.err()).contains("1 call shown", "methods were followed");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_trace_over_ssh_shows_what_other_threads_did_for_a_call_and_how_long_it_waited_there(Jdk jdk)
            throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram courier = TargetProgram.start(jdk, Courier.class)) {
            bastion.confine(courier.pid());
            Bastion.Result result = bastion.ssh(
                    "@" + courier.pid() + " trace Courier deliver --async --wait 30s -n 1 --for 60s --rate 0 --json");
            assertThat(result.exit()).as(result.err()).isZero();
            JsonNode tree = new ObjectMapper().readTree(result.lines().get(0));
            JsonNode nodes = tree.get("nodes");
            List<String> handedOver = new ArrayList<>();
            for (JsonNode node : nodes) {
                if (node.has("thread")) {
                    assertThat(node.get("waitMs").asDouble()).isNotNegative();
                    handedOver.add(calls(nodes, node) + " on "
                            + node.get("thread").asText().replaceAll("\\d+", "N"));
                }
            }
            assertThat(handedOver)
                    .containsExactlyInAnyOrder(
                            "load() on van",
                            "drive(int) on van",
                            jdk.feature() < 21 ? "ring() on Thread-N" : "ring() on virtual #N");
            assertThat(tree.has("missingTasks")).isFalse();
            assertThat(result.err()).contains("1 call shown");
        }
    }

    /** The first method that a task calls. */
    private static String calls(JsonNode nodes, JsonNode task) {
        for (JsonNode node : nodes) {
            if (node.has("parent")
                    && node.get("parent").asInt() == task.get("id").asInt()) {
                return node.get("method").asText();
            }
        }
        return "nothing";
    }
}
