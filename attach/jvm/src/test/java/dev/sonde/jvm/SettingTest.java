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

/** Variables that are given other values while a thread stands, and what it goes on with. */
final class SettingTest extends StopTest {

    private static final Parking SETTING =
            PATIENT.with(new Parking.Choice(Parking.Hits.EVERY, "*", false, false, true));

    private int runs;

    SettingTest(@TempDir Path home) throws Exception {
        super(home);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void a_thread_goes_on_with_the_values_that_its_variables_were_given(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Ledger.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            arm(handle, "loop");
            Stop stop = stand(target, "loop 3");
            assertThat(stop.set("n", "n + 2", Limits.DEFAULT))
                    .isEqualTo(new Stop.Changed(new Value.Whole(3), new Value.Whole(5), Optional.empty()));
            assertThat(stop.values(List.of("n"), Limits.DEFAULT)).isEqualTo(Map.of("n", new Value.Whole(5)));
            assertThat(goOn(target, stop)).isEqualTo("10");

            arm(handle, "branch");
            stop = stand(target, "branch 0");
            stop.set("flag", "!flag", Limits.DEFAULT);
            assertThat(goOn(target, stop)).isEqualTo("taken");

            arm(handle, "kinds:+13");
            stop = stand(target, "kinds 1");
            for (String each : List.of(
                    "b = -3",
                    "s = 300",
                    "c = 'x'",
                    "l = 5000000000",
                    "f = 0.5",
                    "d = 2",
                    "text = 'set' + string(n)",
                    "state = PAID",
                    "any = text",
                    "boxed = null")) {
                set(stop, each);
            }
            assertThat(stop.evaluate(List.of("state", "boxed == null", "c"), Limits.DEFAULT))
                    .containsExactly(
                            new Value.EnumConstant("dev.sonde.jvm.Ledger$State", "PAID"),
                            new Value.Bool(true),
                            new Value.Text("x", 1));
            set(stop, "list = dyn(any)", "java.util");
            set(stop, "boxed = 8");
            int following = standing.stops.size() + 1;
            stop.resume(Stop.Way.NEXT, 1, 0);
            Stop next = standing.stop(following);
            assertThat(next.values(List.of("boxed", "text"), Limits.DEFAULT))
                    .isEqualTo(Map.of("boxed", new Value.Whole(8), "text", new Value.Text("set1", 4)));
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void fields_statics_and_elements_of_arrays_are_set_at_once(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Ledger.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            arm(handle, "Account.pay:+1");
            Stop stop = stand(target, "pay 4");
            set(stop, "this.total = 11");
            set(stop, "this.state = 'PAID'");
            set(stop, "this.any = this.boxed");
            set(stop, "this.boxed = 2");
            set(stop, "this.parent = this");
            set(stop, "this.parent.parent.name = 'eve'");
            set(stop, "parts[1] = parts[0] + 6");
            set(stop, "names[0] = null");
            set(stop, "Ledger.count = 9");
            set(stop, "what = this.name");
            assertThat(stop.set("this.fixed", "5", Limits.DEFAULT).notice())
                    .contains("Account.fixed is final: code that has read it already may go on with the value"
                            + " that it had");
            assertThat(stop.evaluate(List.of("this.name", "this.total + Ledger.count"), Limits.DEFAULT))
                    .containsExactly(new Value.Text("eve", 3), new Value.Whole(20));

            refused(stop, "totl = 1", 1, "no variable 'totl'");
            refused(stop, "this.totl = 1", 6, "has no field 'totl'");
            refused(stop, "this.total = 3000000000", 1, "3000000000 is no int: -2147483648 to 2147483647 are");
            refused(stop, "this.total = null", 1, "null is no int");
            refused(stop, "this.total = 1.5", 1, "a value of type int is needed here, and this is a double");
            refused(stop, "this.total = 'x'", 1, "and this is a string");
            refused(stop, "this.state = 'PAYD'", 1, "has no constant 'PAYD'");
            refused(stop, "this.name = anna", 1, "a text has quotes of its own");
            refused(stop, "this.parent = this.state", 1, "type Account is needed here, and this is of type State");
            refused(stop, "this.constant = 4", 1, "its value stands wherever it is read");
            refused(stop, "this.entry.cents = 4", 1, "is a record's");
            refused(stop, "Ledger.SHARED = 4", 1, "is static final");
            refused(stop, "this.lines[0] = 'c'", 1, "elements of arrays are");
            refused(stop, "this = null", 1, "this is what it is");
            refused(stop, "parts.length = 4", 1, "only a variable, a field or an element");
            refused(stop, "parts = [1, 2]", 1, "a list is not made here");
            for (Map.Entry<String, String> each : Map.of(
                            "parts[2] = 4", "index 2 of 2",
                            "this.entry = dyn(this.name)", "Cannot cast java.lang.String to dev.sonde.jvm.Ledger$Entry",
                            "parts[0] = dyn(5000000000)", "Cannot cast java.lang.Long",
                            "this.name = this.password", "what is masked")
                    .entrySet()) {
                assertThatThrownBy(() -> set(stop, each.getKey()))
                        .isInstanceOf(TargetError.class)
                        .hasMessageContaining(each.getValue());
            }
            assertThat(goOn(target, stop)).isEqualTo("eve 11 5 PAID 1 2 self [1, 7] [null, y]");
            arm(handle, "count");
            assertThat(goOn(target, stand(target, "count 0"))).isEqualTo("count 9");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void what_was_set_is_taken_however_the_thread_goes_on(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Ledger.class)) {
            Target handle = host.open(target.pid(), "ann/s1");
            Probe probe = arm(handle, "loop");
            Stop stop = stand(target, "loop 3");
            set(stop, "n = 2");
            probe.close(); // the hooks stay for it alone
            assertThat(goOn(target, stop)).isEqualTo("1");

            arm(handle, "loop");
            stop = stand(target, "loop 3");
            set(stop, "n = 4");
            host.close();
            assertThat(done(target)).isEqualTo("6");
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void who_may_not_set_has_no_code_for_it_woven(Jdk jdk) throws Exception {
        try (TargetProgram target = TargetProgram.start(jdk, Ledger.class)) {
            Target handle = host.open(target.pid(), "bob/s1");
            handle.arm(spec("loop"), PATIENT, standing);
            Stop stop = stand(target, "loop 3");
            assertThatThrownBy(() -> set(stop, "n = 2"))
                    .isInstanceOf(TargetError.class)
                    .hasMessage("n cannot be set: the breakpoint was made without the grant mutate");
            Target other = host.open(target.pid(), "ann/s2");
            Standing second = new Standing();
            other.arm(spec("loop"), SETTING, second);
            stop.resume(Stop.Way.CONTINUE, 1, 0);
            assertThat(done(target)).isEqualTo("3");
            // Both stop it now, one after the other, and what the one sets the other sees.
            say(target, "loop 3");
            Stop first = standing.stop(2);
            first.resume(Stop.Way.CONTINUE, 1, 0);
            Stop then = second.stop(1);
            set(then, "n = 2");
            then.resume(Stop.Way.CONTINUE, 1, 0);
            assertThat(done(target)).isEqualTo("1");
        }
    }

    // ---- what the tests stand on

    private Probe arm(Target handle, String where) throws Exception {
        return handle.arm(spec(where), SETTING, standing);
    }

    private static ProbeSpec spec(String where) {
        return ProbeSpec.of(ProbeSpec.Kind.BREAK, "").at("Ledger." + where).withRate(20);
    }

    private Stop stand(TargetProgram target, String line) throws Exception {
        int before = standing.stops.size();
        say(target, line);
        return standing.stop(before + 1);
    }

    private String goOn(TargetProgram target, Stop stop) throws Exception {
        stop.resume(Stop.Way.CONTINUE, 1, 0);
        return done(target);
    }

    private void say(TargetProgram target, String line) throws Exception {
        runs++;
        target.say(line);
    }

    private String done(TargetProgram target) throws Exception {
        String prefix = "DONE" + runs + " ";
        return target.awaitLine(prefix, Standing.SOON).substring(prefix.length());
    }

    private static void set(Stop stop, String line) throws Exception {
        String[] both = line.split(" = ", 2);
        Stop.Changed unused = stop.set(both[0], both[1], Limits.DEFAULT);
    }

    private static void set(Stop stop, String line, String refused) {
        assertThatThrownBy(() -> set(stop, line))
                .isInstanceOf(TargetError.class)
                .hasMessageContaining(refused);
    }

    private static void refused(Stop stop, String line, int column, String why) {
        assertThatThrownBy(() -> set(stop, line)).isInstanceOfSatisfying(ExpressionError.class, e -> {
            assertThat(e).hasMessageContaining(why);
            assertThat(e.column()).isEqualTo(column);
        });
    }
}
