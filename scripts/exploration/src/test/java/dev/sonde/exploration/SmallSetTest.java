package dev.sonde.exploration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sonde.testing.Jdk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Real libraries, or large parts of them, with a probe on every method. {@code scripts/bench/explore} does the same with any other. */
final class SmallSetTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Each library on one of the JDKs in turn: the others are for the script. */
    static Stream<Arguments> explorations() {
        List<Jdk> jdks = Jdk.all();
        List<Arguments> all = new ArrayList<>();
        for (Subject subject : SmallSet.parts()) {
            all.add(Arguments.of(subject.name(), jdks.get(all.size() % jdks.size())));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("explorations")
    void a_library_with_a_probe_on_every_method_runs_as_it_does_without(String name, Jdk jdk, @TempDir Path room)
            throws Exception {
        Subject subject = SmallSet.parts().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        Findings found = explore(subject, jdk, room, false, false);
        assertThat(found.hits()).isGreaterThan(1_000);
    }

    @Test
    void classes_that_load_while_a_library_runs_are_woven_as_they_come(@TempDir Path room) throws Exception {
        Subject gson = SmallSet.parts().stream()
                .filter(each -> each.name().equals("gson"))
                .findFirst()
                .orElseThrow();
        Findings found = explore(gson, Jdk.current(), room, true, false);
        assertThat(found.hits()).isGreaterThan(1_000);
    }

    /** Parts of libraries of three languages, with all that is there captured at each execution of each line. */
    @ParameterizedTest
    @CsvSource({
        "gson, com\\.google\\.gson\\.internal\\..*",
        "kotlin-stdlib, kotlin\\.(text|ranges|sequences)\\..*",
        "scala-library, scala\\.util\\..*"
    })
    void a_library_with_a_probe_at_every_line_runs_as_it_does_without(String name, String classes, @TempDir Path room)
            throws Exception {
        Subject subject = SmallSet.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow()
                .only(each -> each.matches(classes));
        List<Jdk> jdks = Jdk.all();
        Findings found = explore(subject, jdks.get(name.length() % jdks.size()), room, false, true);
        LineCount count = found.lines().orElseThrow();
        assertThat(count.lines()).isGreaterThan(1_000);
        assertThat(count.hookedPercent()).as(count.toString()).isGreaterThanOrEqualTo(99);
        assertThat(count.readablePercent()).isGreaterThanOrEqualTo(99);
        assertThat(found.hits()).isGreaterThan(1_000);
    }

    private static Findings explore(Subject subject, Jdk jdk, Path room, boolean later, boolean lines)
            throws Exception {
        Findings found =
                new Exploration(room, jdk.home(), jdk.feature(), 1, later, false, lines, PATIENCE).explore(subject);
        System.out.println(found);
        assertThat(found.methods()).isGreaterThan(100);
        assertThat(found.refusedMethods()).isEmpty();
        assertThat(found.woven()).isEqualTo(found.methods());
        assertThat(found.changed()).isEmpty();
        assertThat(found.faults()).isEmpty();
        return found;
    }
}
