package dev.sonde.jvm;

import dev.sonde.testing.Jdk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** What tests of threads that are stopped stand on: a host, and a listener that keeps what it is told. */
abstract class StopTest {

    static final String JUNCTION = "dev.sonde.jvm.Junction";

    /** As standard, but with time for a slow machine. */
    static final Parking PATIENT = Parking.STANDARD.within(Duration.ofMinutes(5));

    final LocalHost host;
    final Standing standing = new Standing();

    StopTest(Path home) throws Exception {
        host = LocalHost.open(home);
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @AfterEach
    void close() {
        host.close();
    }

    /** A breakpoint where a method of {@link Junction} begins. */
    static ProbeSpec at(String method) {
        return Standing.at(JUNCTION, method, Optional.empty());
    }

    /** One at a line of it: {@code pass}, {@code walk:+1}. */
    static ProbeSpec line(String place) {
        return Standing.at("*", "*", Optional.empty()).at("Junction." + place);
    }
}
