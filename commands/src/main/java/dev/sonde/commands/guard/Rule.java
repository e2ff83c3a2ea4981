package dev.sonde.commands.guard;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * One rule of a guard: what must be true, and what is done then.
 *
 * @param play what stands behind {@code play} in the line that is run; empty for none
 * @param coolDown how long it does not come true again on the same JVM
 */
record Rule(String name, Condition condition, Optional<String> play, Duration coolDown, Set<Channel> tell) {

    Rule {
        tell = Set.copyOf(tell);
    }
}
