package dev.sonde.commands.guard;

import dev.sonde.commands.Grant;
import dev.sonde.commands.TargetPattern;
import java.time.Duration;
import java.util.List;

/**
 * A guard of which everything was looked at: it may watch.
 *
 * @param text as it is written
 * @param on the JVMs that it watches, whichever there are when it looks
 * @param every the time between two looks
 * @param needs the highest grant of what it runs
 */
public record Guard(
        String name, String about, String text, TargetPattern on, Duration every, List<Rule> rules, Grant needs) {

    public Guard {
        rules = List.copyOf(rules);
    }

    /** The same for other JVMs. */
    public Guard on(TargetPattern others) {
        return new Guard(name, about, text, others, every, rules, needs);
    }
}
