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
        try (TargetProgram target = TargetProgram.start(jdk, List.of("-Xbatch"), Ladder.class)) {
            target.awaitLine("READY", Standing.SOON);
            Target handle = host.open(target.pid(), "ann/s1");
            handle.arm(Standing.at(LADDER, "foot", Optional.of("name.startsWith('stop')")), PATIENT, standing);
            dump("all_kinds_where", stopped(target, "new", "cold"));
            dump("what_compiled", stopped(target, "new", "hot"));
            dump("lambdas_and", stopped(target, "new", "each"));
            dump("reflection_is", stopped(target, "new", "reflected"));
            dump("frames_of", stopped(target, "main", "cold"));
            dump("no_more", stopped(target, "new", "300"));
            if (jdk.feature() >= 25) {
                dump("all_kinds_where", stopped(target, "virtual", "cold"));
                dump("what_compiled", stopped(target, "virtual", "hot"));
            }
        }
    }

    private Stop stopped(TargetProgram target, String thread, String how) throws Exception {
        int before = standing.stops.size();
        target.say(thread + " " + how + " stop" + before);
        return standing.stop(before + 1);
    }

    private void dump(String what, Stop stop) throws Exception {
        System.out.println("=== " + what);
        for (int i = 1; i < Math.min(8, stop.stack().size()); i++) {
            System.out.println(i + " " + stop.stack().get(i));
            try {
                Variables there = stop.variables(i);
                System.out.println("   locals " + there.locals() + " args " + there.arguments() + " this " + there.hasThis());
                System.out.println("   hidden " + there.hidden());
                System.out.println("   values " + there.values(there.locals(), Limits.DEFAULT));
            } catch (TargetError e) {
                System.out.println("   ERROR " + e.getMessage());
            }
        }
        stop.resume(Stop.Way.CONTINUE, 1, 0);
        standing.end(stop);
    }
}
