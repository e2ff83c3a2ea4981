package dev.sonde.commands.guard;

import dev.sonde.commands.Row;
import dev.sonde.commands.output.Shown;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** How one rule of a guard stands on one JVM. */
record GuardRow(
        String guard,
        String rule,
        @Shown(onlyJson = true) String when,
        @Shown(onlyJson = true) String target,
        @Shown(head = "JVM", json = "name", spare = true) Optional<String> jvm,
        @Shown(onlyJson = true) Guards.State state,
        @Shown(head = "STATE", json = "detail") String told,
        @Shown(onlyJson = true) OptionalDouble value,
        @Shown(head = "VALUE", json = "shown") String shown,
        @Shown(head = "FIRED", json = "fired") long times,
        @Shown(head = "LAST") Optional<Instant> lastFired,
        @Shown(head = "NEXT LOOK") Optional<Duration> nextLookSeconds)
        implements Row {

    static GuardRow of(Guards.Kept kept, Guards.Standing rule, Instant now) {
        String state = rule.state().name().toLowerCase(Locale.ROOT);
        return new GuardRow(
                kept.name(),
                rule.rule(),
                rule.when(),
                rule.target().orElse(""),
                rule.name().map(name -> rule.target().orElse("") + " " + name),
                rule.state(),
                rule.detail().isEmpty() ? state : state + ": " + rule.detail(),
                rule.value(),
                rule.shown(),
                rule.fired(),
                rule.lastFired(),
                kept.nextLook().map(next -> {
                    Duration left = Duration.between(now, next);
                    return left.isNegative() ? Duration.ZERO : left;
                }));
    }

    @Override
    public String type() {
        return "guard";
    }
}
