package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.shell.invariants.Bastion;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shop.Main;

/** What a probe may cost and show, as the owner of the server has set it, asked by the real ssh of the demo service. */
final class LimitsOverSshTest {

    private static final String SETTINGS = """
            probe-rate: 500..1000
            probe-depth: 1..2
            probe-chars: 3..10
            masked-names: quantity
            masked-types: shop.Customer
            """;

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    private static TargetProgram orders(Jdk jdk) throws Exception {
        return TargetProgram.start(jdk, List.of("-Dsonde.name=orders"), Main.class, "--until-eof");
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_probe_over_its_budget_ends_and_says_what_to_do(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram orders = orders(jdk)) {
            bastion.confine(orders.pid());
            String watch = "@orders watch OrderService place --rate 1000 --for 60s --budget 0.001";
            Result people = bastion.ssh(watch);
            assertThat(people.err())
                    .containsPattern(
                            "over its budget: \\d+ ms of CPU in [0-9.]+ s, where 0.001 % of one CPU is allowed: ")
                    .contains("a narrower --when, a lower --rate or --depth, or more --budget");
            assertThat(bastion.ssh("probes").err()).contains("no probe is in place");
            Result json = bastion.ssh(watch.replace("--budget", "--budget 100 --target-budget") + " --json");
            assertThat(json.err())
                    .contains("\"text\":\"over the target's budget: ")
                    .containsPattern("\"shown\":\\d+,\"limited\":\\d+,\"dropped\":\\d+,\"errors\":0}");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void what_is_held_back_or_cut_is_told_in_both_outputs(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram orders = orders(jdk)) {
            bastion.confine(orders.pid());
            String watch = "@orders watch OrderService place --rate 1 -n 3 --for 60s --depth 0 --max-chars 1";
            Result json = bastion.ssh(watch + " --json");
            assertThat(json.exit()).as(json.err()).isZero();
            assertThat(json.out()).containsPattern("\"dropped\":[1-9]").contains("\"$cut\":\"");
            assertThat(json.err()).containsPattern("\"shown\":3,\"limited\":[1-9]");
            Result people = bastion.ssh(watch);
            assertThat(people.out()).containsPattern("[1-9][0-9,]* calls before this one are not shown");
            assertThat(people.err()).containsPattern("3 calls shown, [1-9][0-9,]* over the rate limit");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void the_applications_own_code_runs_for_those_alone_who_may_change_it(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram orders = orders(jdk)) {
            bastion.confine(orders.pid(), "instrument");
            assertThat(bastion.ssh("@orders watch OrderService place -n 1").exit())
                    .isZero();
            Result refused = bastion.ssh("@orders watch OrderService place -n 1 --to-string");
            assertThat(refused.exit()).isEqualTo(4);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.err()).contains("mutate");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void what_the_owner_has_set_holds(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start(SETTINGS);
                TargetProgram orders = orders(jdk)) {
            bastion.confine(orders.pid());
            Result seen = bastion.ssh("@orders watch OrderService place order.customer quantity order.id -n 1 --json");
            assertThat(seen.exit()).as(seen.err()).isZero();
            assertThat(seen.out())
                    .containsPattern("\"order.customer\":\\{\"\\$class\":\"shop.Customer\",\"\\$masked\":true")
                    .containsPattern("\"quantity\":\\{[^}]*\"\\$masked\":true");
            assertThat(bastion.ssh("@orders watch OrderService place --depth 3").exit())
                    .isEqualTo(2);
            assertThat(bastion.ssh("@orders stack OrderService place --rate 0").err())
                    .contains("--rate: '0' is more than this server allows, 1,000");
        }
    }
}
