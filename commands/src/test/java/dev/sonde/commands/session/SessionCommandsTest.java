package dev.sonde.commands.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sonde.commands.Context;
import dev.sonde.commands.FakeContext;
import dev.sonde.commands.FakeTarget;
import dev.sonde.commands.FakeTarget.FakeProbe;
import dev.sonde.commands.Line;
import dev.sonde.commands.UsageError;
import dev.sonde.commands.catalogue.Commands;
import dev.sonde.jvm.Hit;
import dev.sonde.jvm.ProbeListener;
import dev.sonde.jvm.ProbeSpec;
import dev.sonde.jvm.TargetError;
import dev.sonde.wire.ProbeCounters;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SessionCommandsTest {

    private final FakeContext context = new FakeContext();
    private final FakeTarget target = new FakeTarget();

    @Test
    void selects_the_target_of_the_line() throws Exception {
        context.target = Optional.of(target);
        run("@4242");
        assertThat(context.selected).containsExactly(target);
    }

    @Test
    void says_how_to_choose_a_target() {
        assertThatThrownBy(() -> run("detach"))
                .isInstanceOf(UsageError.class)
                .hasMessage("no target is selected; @PID or @NAME selects one");
    }

    @Test
    void lets_go_of_a_target() throws Exception {
        context.target = Optional.of(target);
        run("detach");
        assertThat(context.closed).containsExactly(target);
        assertThat(target.closed).isTrue();
    }

    @Test
    void lists_the_probes_of_all_sessions_that_are_in_place() throws Exception {
        context.target = Optional.of(target);
        probe("ada/1");
        probe("bob/2");
        probe("bob/2").ended = true;
        run("probes");
        assertThat(context.rows).extracting("owner").containsExactly("ada/1", "bob/2");
    }

    @Test
    void tells_what_each_probe_has_seen_and_nothing_where_its_target_is_gone() throws Exception {
        context.target = Optional.of(target);
        probe("ada/1").counters = Map.of(
                "a.B.c()", new ProbeCounters(90, 0, 20, 60, 7, 3, 0, 0, new long[0]),
                "a.B.d()", new ProbeCounters(10, 0, 5, 0, 1, 0, 0, 0, new long[0]));
        run("probes");
        assertThat(context.rows)
                .extracting("hits", "shown", "limited", "dropped", "failed")
                .containsExactly(tuple(
                        OptionalLong.of(100),
                        OptionalLong.of(25),
                        OptionalLong.of(60),
                        OptionalLong.of(8),
                        OptionalLong.of(3)));
        target.gone = true;
        run("probes");
        assertThat(context.rows).last().extracting("hits").isEqualTo(OptionalLong.empty());
    }

    @Test
    void clears_all_of_the_login_and_none_of_the_others() throws Exception {
        context.target = Optional.of(target);
        FakeProbe own = probe("ada/1");
        FakeProbe ownElsewhere = probe("ada/7");
        FakeProbe other = probe("adam/1");
        run("clear --all");
        assertThat(List.of(own.closed, ownElsewhere.closed, other.closed)).containsExactly(true, true, false);
    }

    @Test
    void clears_by_number_what_anybody_forgot() throws Exception {
        context.target = Optional.of(target);
        probe("ada/1");
        FakeProbe other = probe("bob/1");
        run("clear 2");
        assertThat(other.closed).isTrue();
        assertThat(context.rows).hasSize(1);
        assertThatThrownBy(() -> run("clear 9"))
                .isInstanceOf(TargetError.class)
                .hasMessage("no probe has the number 9; probes lists those there are");
    }

    @Test
    void tells_the_last_lines_that_were_typed() throws Exception {
        for (int i = 0; i < 60; i++) {
            context.history.add(new Context.PastLine(Instant.EPOCH, "line " + i));
        }
        run("history");
        assertThat(context.rows).hasSize(50);
        context.rows.clear();
        run("history --last 2");
        assertThat(context.rows).extracting("line").containsExactly("line 58", "line 59");
    }

    @Test
    void tells_its_version() throws Exception {
        run("version");
        assertThat(context.rows).extracting("sonde").asString().matches("\\[\\d+\\.\\d+.*]");
    }

    @Test
    void leaves() throws Exception {
        run("exit");
        assertThat(context.left).isTrue();
    }

    @Test
    void offers_near_names_for_help_on_what_there_is_not() {
        assertThatThrownBy(() -> run("help wach")).hasMessage("no command is called wach; near: watch");
    }

    private FakeProbe probe(String owner) throws TargetError {
        ProbeSpec spec = ProbeSpec.of(ProbeSpec.Kind.WATCH, "Order", "place");
        FakeProbe probe = (FakeProbe) target.arm(spec, new ProbeListener() {
            @Override
            public void hit(Hit hit) {}

            @Override
            public void notice(String text) {}

            @Override
            public void ended(String reason, ProbeCounters counters) {}
        });
        probe.owner = owner;
        return probe;
    }

    private void run(String typed) throws Exception {
        Commands.all().parse(Line.parse(typed)).body().run(context);
    }
}
