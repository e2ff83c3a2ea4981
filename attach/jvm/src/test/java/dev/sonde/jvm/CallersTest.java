package dev.sonde.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import dev.sonde.weave.ExpressionError;
import dev.sonde.wire.Limits;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The variables of frames that no hook has seen, above the one where a thread stands. */
final class CallersTest extends StopTest {

    private static final String LADDER = "dev.sonde.jvm.Ladder";

    CallersTest(@TempDir Path home) throws Exception {
        super(home);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void variables_of_callers_are_what_the_jvm_keeps(Jdk jdk) throws Exception {
        // Compiled at once, so that the loop before a hot call ends in compiled code.
        try (TargetProgram target = TargetProgram.start(jdk, List.of("-Xbatch"), Ladder.class)) {
            target.awaitLine("READY", Standing.SOON);
            Target handle = host.open(target.pid(), "ann/s1");
            handle.arm(Standing.at(LADDER, "foot", Optional.of("name.startsWith('stop')")), PATIENT, standing);
            where_the_interpreter_runs_all_are_told(stopped(target, "new", "cold"));
            of_lambdas_and_the_jdk(stopped(target, "new", "each"));
            reflection_is_passed_over(stopped(target, "new", "reflected"));
            frames_are_known_from_before_their_class_was_woven(stopped(target, "main", "cold"));
            no_more_than_the_jvm_gives_at_once(stopped(target, "new", "300"));
            what_compiled_code_does_not_keep_is_said(target, "new");
            if (jdk.feature() >= 25) {
                of_lambdas_and_the_jdk(stopped(target, "virtual", "each"));
                what_compiled_code_does_not_keep_is_said(target, "virtual");
            }
        }
    }

    private void where_the_interpreter_runs_all_are_told(Stop stop) throws Exception {
        Variables kinds = stop.variables(1);
        assertThat(kinds.isNow()).isTrue();
        assertThat(kinds.hidden()).isEmpty();
        assertThat(kinds.hasThis()).isFalse();
        assertThat(kinds.arguments())
                .containsExactly(
                        "name",
                        "flag",
                        "small",
                        "letter",
                        "medium",
                        "number",
                        "large",
                        "fraction",
                        "precise",
                        "nothing",
                        "many");
        assertThat(kinds.values(kinds.locals(), Limits.DEFAULT))
                .containsAllEntriesOf(primitives())
                .containsEntry(
                        "name", new Value.Text(stop.thread(), stop.thread().length()))
                .containsEntry("nothing", new Value.Null())
                .containsEntry("password", new Value.Masked("java.lang.String"))
                .containsEntry(
                        "spent",
                        new Value.Text(stop.thread() + "?", stop.thread().length() + 1))
                .containsEntry("unused", new Value.Whole(6))
                .containsKeys("many", "rung", "text");
        assertThat(kinds.evaluate(
                        List.of("many[1] + number", "rung.left", "nothing == null", "none == 0", "args[1]", "depth"),
                        Limits.DEFAULT))
                .startsWith(
                        new Value.Whole(70_008),
                        new Value.Whole(70_000),
                        new Value.Bool(true),
                        new Value.Bool(true),
                        new Value.Bool(true));
        assertThat(kinds.evaluate(List.of("password"), Limits.DEFAULT))
                .containsExactly(new Value.Masked("java.lang.String"));
        assertThatThrownBy(() -> kinds.evaluate(List.of("footed"), Limits.DEFAULT))
                .isInstanceOf(ExpressionError.class)
                .hasMessageContaining("no variable 'footed'");
        assertThatThrownBy(() -> stop.variables(stop.stack().size())).isInstanceOf(IndexOutOfBoundsException.class);
        over(stop);
    }

    /** What compiled code must keep as well. */
    private static Map<String, Value> primitives() {
        return Map.of(
                "flag", new Value.Bool(true),
                "small", new Value.Whole(-3),
                "letter", new Value.Text("x", 1),
                "medium", new Value.Whole(300),
                "number", new Value.Whole(70_000),
                "large", new Value.Whole(1L << 40),
                "fraction", new Value.Real(1.5),
                "precise", new Value.Real(-2.25),
                "none", new Value.Whole(0),
                "wide", new Value.Whole(0));
    }

    private void of_lambdas_and_the_jdk(Stop stop) throws Exception {
        assertThat(stop.stack().subList(1, 4))
                .extracting(CallerFrame::method)
                .containsExactly("lambda$each$0", "forEach", "each");
        Variables lambda = stop.variables(1);
        assertThat(lambda.evaluate(List.of("captured", "before", "inside", "this.instance"), Limits.DEFAULT))
                .containsExactly(new Value.Whole(20), new Value.Whole(40), new Value.Whole(21), new Value.Whole(5));
        // Their class files may have no names for variables.
        Variables forEach = stop.variables(2);
        assertThat(forEach.values(forEach.locals(), Limits.DEFAULT)).isNotEmpty();
        Variables each = stop.variables(3);
        assertThat(each.hasThis()).isTrue();
        assertThat(each.evaluate(List.of("this.instance + before"), Limits.DEFAULT))
                .containsExactly(new Value.Whole(45));
        over(stop);
    }

    private void reflection_is_passed_over(Stop stop) throws Exception {
        assertThat(stop.stack().get(1).method()).isEqualTo("reflected");
        assertThat(stop.variables(1).evaluate(List.of("kept", "name"), Limits.DEFAULT))
                .containsExactly(
                        new Value.Text("kept", 4),
                        new Value.Text(stop.thread(), stop.thread().length()));
        over(stop);
    }

    private void frames_are_known_from_before_their_class_was_woven(Stop stop) throws Exception {
        int last = stop.stack().size() - 1;
        assertThat(stop.stack().get(last).method()).isEqualTo("main");
        assertThat(stop.stack().get(last).line()).isEqualTo(-1);
        assertThat(stop.variables(last).evaluate(List.of("words[0]", "args.size()"), Limits.DEFAULT))
                .containsExactly(new Value.Text("main", 4), new Value.Whole(1));
        over(stop);
    }

    private void no_more_than_the_jvm_gives_at_once(Stop stop) throws Exception {
        for (int frame : List.of(1, 100, 220)) {
            Variables there = stop.variables(frame);
            // Of the innermost it is 0 and not used again, which cannot be told from not kept.
            if (frame == 1) {
                assertThat(there.hiddenArguments()).contains("left: no longer used here, and not kept");
                assertThatThrownBy(() -> there.evaluate(List.of("left"), Limits.DEFAULT))
                        .hasMessageContaining("'left' cannot be read here: no longer used here, and not kept");
            } else {
                assertThat(there.evaluate(List.of("left"), Limits.DEFAULT)).containsExactly(new Value.Whole(frame - 1));
            }
        }
        assertThatThrownBy(() -> stop.variables(245))
                .isInstanceOf(TargetError.class)
                .hasMessageContaining("no more than 240 frames");
        over(stop);
    }

    private void what_compiled_code_does_not_keep_is_said(TargetProgram target, String thread) throws Exception {
        boolean compiled = false;
        // The first time the code may be thrown away on the way to the stop, because nobody has gone there yet.
        for (int i = 0; i < 10 && !compiled; i++) {
            Stop stop = stopped(target, thread, "hot");
            Variables kinds = stop.variables(1);
            // Objects, also texts, compiled code may have taken to pieces.
            assertThat(kinds.values(kinds.locals(), Limits.DEFAULT)).containsAllEntriesOf(primitives());
            assertThat(kinds.hidden()).contains("spent: no longer used here, and not kept");
            compiled = kinds.hidden().contains("nothing: null, or an object that compiled code keeps in pieces");
            if (compiled) {
                assertThatThrownBy(() -> kinds.evaluate(List.of("nothing == null"), Limits.DEFAULT))
                        .hasMessageContaining("'nothing' cannot be read here: null, or an object");
            } else {
                assertThat(kinds.evaluate(List.of("nothing == null", "rung.left"), Limits.DEFAULT))
                        .containsExactly(new Value.Bool(true), new Value.Whole(70_000));
            }
            over(stop);
        }
        assertThat(compiled).isTrue();
    }

    private Stop stopped(TargetProgram target, String thread, String how) throws Exception {
        int before = standing.stops.size();
        target.say(thread + " " + how + " stop" + before);
        return standing.stop(before + 1);
    }

    private void over(Stop stop) throws Exception {
        stop.resume(Stop.Way.CONTINUE, 1, 0);
        standing.end(stop);
    }
}
