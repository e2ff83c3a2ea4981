package dev.sonde.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sonde.jvm.LocalHost;
import dev.sonde.jvm.Profiling.Engine;
import dev.sonde.jvm.Profiling.Request;
import dev.sonde.jvm.Profiling.Run;
import dev.sonde.jvm.Target;
import dev.sonde.profile.Kind;
import dev.sonde.testing.Jdk;
import dev.sonde.testing.TargetProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Timelines of a program whose waits are known. */
final class TimelineTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path home;

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void tells_each_wait_with_its_length_and_its_holder(Jdk jdk) throws Exception {
        try (LocalHost host = LocalHost.open(home);
                TargetProgram program = TargetProgram.start(jdk, Waits.class)) {
            Target target = host.open(program.pid(), "ada/1");
            Path recording = home.resolve("waits.jfr");
            try (Run run = target.profiling()
                    .start(new Request(
                            Kind.TIMELINE, Optional.of(Engine.JFR), Duration.ofMinutes(1), OptionalLong.empty()))) {
                program.ask("wait", "DONE");
                System.err.println(run.stop(recording).description());
            }
            TimelineSums sums = new TimelineSums(any -> true, 40, span -> {
                if (span.state() != State.COMPILING && span.state()!=State.LOADING) System.err.println(span);
            });
            System.err.println(sums.sum(TimelineReader.read(recording, sums)));
        }
    }
}
