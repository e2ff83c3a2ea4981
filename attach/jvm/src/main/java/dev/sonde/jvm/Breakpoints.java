package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Expressions;
import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a breakpoint is beside another probe on lines: it can be changed and switched off, and measures how often its method is called. */
final class Breakpoints {

    private final Probes probes;
    private final WovenSites sites;

    Breakpoints(Probes probes, WovenSites sites) {
        this.probes = probes;
        this.sites = sites;
    }

    /**
     * Has the methods measured that a breakpoint is in, which have hooks at their ends too, and that for a moment before it stops
     * anybody. While {@link Probes#changing}, before it is armed.
     */
    void measure(ArmedProbe breakpoint, List<Planned> planned) throws TargetError {
        boolean first = breakpoint.armed.values().stream().noneMatch(armed -> armed.callee);
        for (Planned each : planned) {
            WovenSites.ClassUse use = sites.of(each.chosen().classId());
            Integer ends =
                    use == null ? null : use.wanted.get(each.chosen().method().key());
            WovenSites.SiteUse site = ends == null ? null : sites.site(ends);
            if (site != null) {
                site.users().add(breakpoint.id());
                breakpoint.armed.putIfAbsent(site.site().id, ProbePlan.Armed.callee(site.site()));
            }
        }
        Duration settle = breakpoint.parking.map(Parking::settle).orElse(Duration.ZERO);
        if (first && !settle.isZero()) {
            breakpoint.become(breakpoint.spec(), false);
            probes.send(breakpoint);
            try {
                TimeUnit.NANOSECONDS.sleep(settle.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // whoever waited has given up, and is told so elsewhere
            }
            breakpoint.become(breakpoint.spec(), true);
        }
    }

    /** Gives a breakpoint another condition, or switches it on or off. */
    void change(ArmedProbe breakpoint, ProbeSpec spec, boolean enabled) throws TargetError, ExpressionError {
        Optional<ExpressionError> wrong = probes.changing(() -> {
            Map<Integer, ProbePlan.Armed> changed = new HashMap<>();
            try {
                for (Map.Entry<Integer, ProbePlan.Armed> each : breakpoint.armed.entrySet()) {
                    WovenSites.SiteUse use = sites.site(each.getKey());
                    if (use != null && !each.getValue().callee) {
                        changed.put(each.getKey(), stopping(use, spec));
                    }
                }
            } catch (ExpressionError e) {
                return Optional.of(e);
            }
            breakpoint.armed.putAll(changed);
            breakpoint.become(spec, enabled);
            probes.send(breakpoint);
            return Optional.empty();
        });
        if (wrong.isPresent()) {
            throw wrong.get();
        }
    }

    private ProbePlan.Armed stopping(WovenSites.SiteUse use, ProbeSpec spec) throws TargetError, ExpressionError {
        Expr condition = spec.condition().isEmpty()
                ? null
                : TargetClasses.compiling(
                        () -> Expressions.condition(spec.condition().get(), sites.scope(use, ProbeSpec.Event.ENTRY)));
        return new ProbePlan.Armed(use.site(), condition, false, List.of());
    }

    /**
     * The agent has it stop nobody any more, after what happened to a thread that stood there. So it stays when it is armed again
     * for any other reason than that somebody asks for it. On the link's thread.
     */
    void rest(ArmedProbe breakpoint, Stop.Cause cause) {
        if (breakpoint.ended() || !breakpoint.disable()) {
            return;
        }
        breakpoint.tell("breakpoint " + breakpoint.id() + " is disabled: "
                + (cause == Stop.Cause.LAPSED ? "nobody asked for the thread that it stopped" : "it held up others")
                + "; enable " + breakpoint.id() + " has it stop threads again");
        probes.later(() -> {
            try {
                probes.changing(() -> {
                    if (!breakpoint.ended()) {
                        probes.send(breakpoint);
                    }
                    return true;
                });
            } catch (TargetError e) {
                // it rests there all the same, or the link is over
            }
        });
    }

    /** It was to stop one thread, and has. On the link's thread. */
    void spent(ArmedProbe breakpoint) {
        probes.later(() -> probes.remove(List.of(breakpoint), "removed"));
    }
}
