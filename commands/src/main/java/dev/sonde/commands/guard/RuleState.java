package dev.sonde.commands.guard;

import dev.sonde.commands.output.Humane;
import dev.sonde.weave.ExpressionError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What is known of one rule on one JVM: its last value, and since when it is true. Not thread-safe. */
final class RuleState {

    private final Rule rule;
    private OptionalLong trueSince = OptionalLong.empty();
    private OptionalDouble value = OptionalDouble.empty();
    private List<Growth.Look> looks = new ArrayList<>();
    private double rate;
    private Duration held = Duration.ZERO;
    private Optional<String> unknown = Optional.of("not looked at yet");

    RuleState(Rule rule) {
        this.rule = rule;
    }

    /**
     * Looks at values.
     *
     * @param nanos the time, in {@link System#nanoTime}
     * @return whether the rule has been true for as long as it says
     */
    boolean look(Map<String, Object> values, long nanos) {
        Condition condition = rule.condition();
        try {
            value = condition.number(values);
            unknown = Optional.empty();
            return condition.growth().isPresent()
                    ? grown(condition, condition.growth().get(), condition.whole(values), nanos)
                    : lasted(condition.test(values), nanos);
        } catch (ExpressionError e) {
            unknown("cannot be told: " + e.getMessage());
            return false;
        }
    }

    /** There is no value now; what was true before is no longer known to be. */
    void unknown(String why) {
        unknown = Optional.of(why);
        trueSince = OptionalLong.empty();
        looks = new ArrayList<>();
        held = Duration.ZERO;
        value = OptionalDouble.empty();
    }

    private boolean lasted(boolean now, long nanos) {
        if (!now) {
            trueSince = OptionalLong.empty();
            held = Duration.ZERO;
            return false;
        }
        if (trueSince.isEmpty()) {
            trueSince = OptionalLong.of(nanos);
        }
        held = Duration.ofNanos(nanos - trueSince.getAsLong());
        return held.compareTo(rule.condition().holds()) >= 0;
    }

    private boolean grown(Condition condition, Growth growth, OptionalDouble whole, long nanos) {
        if (value.isEmpty()) {
            unknown(condition.valueText() + " is no number");
            return false;
        }
        looks = growth.kept(looks, new Growth.Look(nanos / 1e9, value.getAsDouble()));
        rate = growth.rate(looks, whole);
        boolean grows = growth.complete(looks) && growth.grows(looks, whole);
        trueSince = grows ? OptionalLong.of(nanos) : OptionalLong.empty();
        held = Duration.ofMillis(
                Math.round((looks.get(looks.size() - 1).seconds() - looks.get(0).seconds()) * 1e3));
        return grows;
    }

    OptionalDouble value() {
        return value;
    }

    /** How long it has been true; of growth, over how long it was seen. */
    Duration held() {
        return held;
    }

    /** The value for a person; empty when there is none. */
    String shown() {
        if (value.isEmpty()) {
            return "";
        }
        String now = Gauge.shown(rule.condition().valueText(), value.getAsDouble());
        Optional<Growth> growth = rule.condition().growth();
        if (growth.isEmpty()) {
            return now;
        }
        double each = rate * 60;
        return now + (each < 0 ? " " : " +")
                + (growth.get().percent()
                        ? Humane.percent(each)
                        : Gauge.shown(rule.condition().valueText(), each))
                + "/min";
    }

    Guards.State state() {
        return unknown.isPresent()
                ? Guards.State.UNKNOWN
                : trueSince.isPresent() ? Guards.State.TRUE : Guards.State.QUIET;
    }

    /** What more there is to say of its state; may be empty. */
    String detail() {
        Duration holds = rule.condition().holds();
        if (unknown.isPresent()) {
            return unknown.get();
        }
        if (rule.condition().growth().isPresent()) {
            return held.compareTo(holds) < 0
                    ? "seen for " + Humane.duration(held) + " of " + Humane.duration(holds)
                    : "";
        }
        return trueSince.isPresent() && !holds.isZero()
                ? "for " + Humane.duration(held) + " of " + Humane.duration(holds)
                : "";
    }
}
