package dev.sonde.jvm;

import dev.sonde.jvm.Profiling.Engine;
import dev.sonde.jvm.Profiling.Request;
import dev.sonde.profile.By;
import dev.sonde.profile.Kind;
import dev.sonde.profile.Profile;
import dev.sonde.profile.Top;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Profiles of a program whose costs are known: how its methods are kept apart, a profile is asked for, and a method is found in it. */
record KnownCosts(Class<?> program) {

    /** Options of its JVM that keep these methods in frames of their own. */
    List<String> keptApart(String... methods) {
        return Stream.concat(
                        Stream.of("-XX:CompileCommand=quiet"),
                        Arrays.stream(methods)
                                .map(method -> "-XX:CompileCommand=dontinline,"
                                        + program.getName().replace('.', '/') + "." + method))
                .toList();
    }

    static Request request(Kind kind, Engine engine) {
        return new Request(kind, Optional.of(engine), Duration.ofMinutes(2), OptionalLong.empty());
    }

    static Request request(Kind kind, Engine engine, long interval) {
        return new Request(kind, Optional.of(engine), Duration.ofMinutes(2), OptionalLong.of(interval));
    }

    /** What one of its methods cost, with what it called. */
    long cum(Profile profile, int type, String method) {
        return Top.of(profile, type, By.METHOD, true).entries().stream()
                .filter(entry -> entry.name().equals(program.getName() + "." + method))
                .mapToLong(Top.Entry::cum)
                .sum();
    }

    long cum(Profile profile, String method) {
        return cum(profile, profile.description().standardType(), method);
    }

    double share(Profile profile, String method, long of) {
        return 100.0 * cum(profile, method) / Math.max(1, of);
    }
}
