package dev.sonde.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.shell.invariants.Bastion;
import dev.sonde.shell.invariants.Bastion.Result;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shop.Main;

/** Who calls, what changed, and what is kept of calls, asked by the real ssh of the demo service. */
final class CallsOverSshTest {

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void tells_who_calls_and_keeps_calls_for_the_next_session(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram orders =
                        TargetProgram.start(jdk, List.of("-Dsonde.name=orders"), Main.class, "--until-eof")) {
            bastion.confine(orders.pid());
            Result stacks = bastion.ssh("@orders stack OrderService price --group --rate 0 -n 20 --for 60s");
            assertThat(stacks.out())
                    .contains("100%", "shop.OrderService.price(OrderService.java", "shop.OrderService.place(")
                    .doesNotContain("dev.sonde", "LambdaForm");
            assertThat(stacks.exit()).isZero();

            Result recorded = bastion.ssh("@orders record OrderService place -n 3 --rate 0 --for 60s --json");
            assertThat(recorded.exit()).as(recorded.err()).isZero();
            assertThat(recorded.lines()).hasSize(3).allMatch(line -> line.startsWith("{\"type\":\"recorded\""));

            // each line is a session of its own, and the probe is long gone
            assertThat(bastion.ssh("probes").err()).contains("no probe is in place");
            assertThat(bastion.ssh("record list --when 'quantity > 0' --json").lines())
                    .hasSizeGreaterThanOrEqualTo(2);
            assertThat(bastion.ssh("record list --when 'quantity < -5'").err()).contains("no recorded call fits");
            Result wrong = bastion.ssh("record list --when 'quantty > 0'");
            assertThat(wrong.exit()).isEqualTo(2);
            assertThat(wrong.err()).contains("quantity");
            assertThat(bastion.ssh("record show 1").out())
                    .contains("record 1 of ", "order", "    at shop.OrderService.place");
            assertThat(bastion.ssh("record diff 1 2").out()).contains("record 1 → record 2", "order.id ");
            assertThat(bastion.ssh("record show 99").err()).contains("there is no record 99; there are 1 to 3");

            assertThat(bastion.ssh("record export --json").lines())
                    .hasSize(3)
                    .allMatch(line -> line.startsWith("{\"type\":\"record\""));
            Result saved = bastion.ssh("record export calls --json");
            assertThat(saved.exit()).as(saved.err()).isZero();
            Path file = Path.of(saved.out().replaceAll("(?s).*\"file\":\"([^\"]*)\".*", "$1"));
            assertThat(Files.readAllLines(file)).hasSize(3);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(bastion.ssh("record export calls").err()).contains("calls.jsonl is there already");
            assertThat(bastion.ssh("record export ../../authorized_keys").err())
                    .contains("nothing was saved", "no folder");
            assertThat(bastion.ssh("record clear").err()).contains("3 forgotten");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void tells_what_a_call_changed_and_keeps_to_one_request(Jdk jdk) throws Exception {
        try (Bastion bastion = Bastion.start();
                TargetProgram desk = TargetProgram.start(
                        jdk,
                        List.of(
                                "-Dsonde.name=desk",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Desk.class.getName()))) {
            bastion.confine(desk.pid());
            Result entries = bastion.ssh("@desk watch Desk handle --entry -n 2 --for 60s");
            assertThat(entries.exit()).as(entries.err()).isZero();
            assertThat(entries.out()).as(entries.err()).contains("ticket ", "ticket.status \"NEW\" → \"DONE ");

            Result one = bastion.ssh("@desk watch Desk handle ticket.id --trace-id r-1 -n 5 --for 60s --json");
            assertThat(one.exit()).as(one.err()).isZero();
            assertThat(one.lines()).hasSize(5).allMatch(line -> line.contains("\"requestId\":\"r-1\""));
            assertThat(bastion.ssh("@desk watch Desk handle --trace-id r-9 -n 1 --for 1s")
                            .err())
                    .contains("its time is over: 0 calls shown");
        }
    }
}
