package dev.sonde.jvm;

import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Expressions;
import dev.sonde.weave.LineMap;
import dev.sonde.weave.Location;
import dev.sonde.weave.MethodPattern;
import dev.sonde.weave.Scope;
import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What a probe asks for, made of what was typed: the expressions, compiled for each method and line that they are to be read at. */
final class Planning {

    private final TargetClasses classes;
    private final WovenSites sites;

    Planning(TargetClasses classes, WovenSites sites) {
        this.classes = classes;
        this.sites = sites;
    }

    static List<MethodPattern> patterns(ProbeSpec spec) throws TargetError {
        try {
            if (spec.location().isPresent()) {
                return Location.parse(spec.location().get()) instanceof Location.OfMethod method
                        ? List.of(method.method())
                        : List.of();
            }
            List<MethodPattern> patterns = new ArrayList<>();
            for (String method : spec.methods()) {
                patterns.add(MethodPattern.parse(method));
            }
            if (patterns.isEmpty()) {
                throw new TargetError("no method was given");
            }
            return patterns;
        } catch (IllegalArgumentException e) {
            throw new TargetError(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Compiles the expressions for each method. With one method a fault is the user's; with several, one that an
     * expression does not fit is left out, unless it fits none.
     */
    List<Planned> plan(ArmedProbe probe, List<Selection.Chosen> chosen) throws TargetError, ExpressionError {
        List<Planned> planned = new ArrayList<>();
        ExpressionError first = null;
        for (Selection.Chosen each : chosen) {
            try {
                planned.add(TargetClasses.compiling(() -> plan(probe.spec(), each)));
            } catch (ExpressionError e) {
                first = first == null ? e : first;
                probe.refuse(each.label(), String.valueOf(e.getMessage()));
            }
        }
        if (planned.isEmpty() && first != null) {
            throw first;
        }
        return planned;
    }

    /** As for methods: an expression need not fit at each spot, but at one. */
    List<Planned> planLines(ArmedProbe probe, List<LinePlace> at) throws TargetError, ExpressionError {
        List<Planned> planned = new ArrayList<>();
        ExpressionError first = null;
        for (LinePlace place : at) {
            for (LineMap.Spot spot : place.spots()) {
                if (isArmed(probe, place, spot)) {
                    continue;
                }
                try {
                    planned.add(TargetClasses.compiling(() -> plan(probe.spec(), place, spot)));
                } catch (ExpressionError e) {
                    first = first == null ? e : first;
                    probe.refuse(WovenSites.label(place.method(), spot), String.valueOf(e.getMessage()));
                }
            }
        }
        if (planned.isEmpty() && first != null) {
            throw first;
        }
        return planned;
    }

    Planned plan(ProbeSpec spec, LinePlace place, LineMap.Spot spot) throws ExpressionError {
        Selection.Chosen chosen = place.method();
        return plan(
                        spec,
                        chosen,
                        spot.locals().stream().map(LineMap.Local::name).toList(),
                        () -> Scope.atLine(
                                chosen.model(), chosen.method().key(), spot, classes.source(chosen.classId())))
                .at(place, spot.index());
    }

    private boolean isArmed(ArmedProbe probe, LinePlace place, LineMap.Spot spot) {
        WovenSites.ClassUse use = sites.of(place.method().classId());
        WovenSites.LineUse lines =
                use == null ? null : use.lines.get(place.method().method().key());
        return lines != null
                && lines.map().equals(place.lines())
                && probe.armed.containsKey(lines.first() + spot.index());
    }

    private Planned plan(ProbeSpec spec, Selection.Chosen chosen) throws ExpressionError {
        return plan(
                spec,
                chosen,
                chosen.method().parameterNames(),
                () -> new Scope(chosen.model(), chosen.method().key(), classes.source(chosen.classId()), events(spec)));
    }

    private Planned plan(ProbeSpec spec, Selection.Chosen chosen, List<String> names, Supplier<Scope> ofSite)
            throws ExpressionError {
        Optional<Expr> ofRequest = spec.traceId().map(id -> Expr.ofText(Expr.IN_CONTEXT, Expr.BOOL, id));
        if (spec.condition().isEmpty() && spec.captures().isEmpty()) {
            return new Planned(chosen, ofRequest, List.of(), false);
        }
        Scope scope = ofSite.get();
        Optional<Expr> condition = Optional.empty();
        if (spec.condition().isPresent()) {
            condition = Optional.of(Expressions.condition(spec.condition().get(), scope));
        }
        List<Expr> captures = new ArrayList<>();
        for (String text : spec.captures()) {
            if (spec.kind() != ProbeSpec.Kind.VALUE) {
                captures.add(Expressions.capture(text, scope));
                continue;
            }
            Expr number = Expressions.number(text, scope);
            Optional<String> secret = sites.secret(number, names);
            if (secret.isPresent()) {
                String why = "'" + secret.get() + "' is masked, and its numbers would tell it";
                throw new ExpressionError(why, text, 1, List.of());
            }
            captures.add(number);
        }
        if (ofRequest.isPresent()) {
            condition = Optional.of(condition
                    .map(and -> Expr.of(Expr.AND, Expr.BOOL, ofRequest.get(), and))
                    .orElse(ofRequest.get()));
        }
        return new Planned(chosen, condition, captures, false);
    }

    static int events(ProbeSpec spec) {
        if (spec.location().isPresent()) {
            return ProbePlan.ON_ENTRY;
        }
        if (spec.kind() == ProbeSpec.Kind.STACK) {
            return ProbePlan.ON_ENTRY + ProbePlan.ON_RETURN + ProbePlan.ON_THROW;
        }
        if (spec.kind() == ProbeSpec.Kind.BREAK || spec.kind() == ProbeSpec.Kind.STEP) {
            return ProbePlan.ON_ENTRY;
        }
        if (spec.kind() == ProbeSpec.Kind.COUNT
                || spec.kind() == ProbeSpec.Kind.TRACE
                || spec.events().isEmpty()) {
            return ProbePlan.ON_RETURN + ProbePlan.ON_THROW;
        }
        int events = 0;
        for (ProbeSpec.Event event : spec.events()) {
            events += switch (event) {
                case ENTRY -> ProbePlan.ON_ENTRY;
                case RETURN -> ProbePlan.ON_RETURN;
                case THROW -> ProbePlan.ON_THROW;
            };
        }
        return events;
    }

    /** The events that the agent reports. Who calls is known as the call begins, unless the condition is only known later. */
    static int reported(ArmedProbe probe) {
        ProbeSpec spec = probe.spec();
        if (spec.kind() == ProbeSpec.Kind.STACK) {
            return probe.plan().stream().anyMatch(armed -> armed.decideOnExit)
                    ? ProbePlan.ON_RETURN + ProbePlan.ON_THROW
                    : ProbePlan.ON_ENTRY;
        }
        return events(spec) + (spec.tellsChanges() ? ProbePlan.CHANGES : 0);
    }

    static int kind(ProbeSpec spec) {
        return switch (spec.kind()) {
            case WATCH, RECORD, SNAP -> ProbePlan.WATCH;
            case COUNT -> ProbePlan.COUNT;
            case STACK -> ProbePlan.STACK;
            case VALUE -> ProbePlan.VALUE;
            case TRACE -> ProbePlan.TRACE;
            case BREAK -> ProbePlan.BREAK;
            case STEP -> ProbePlan.STEP;
        };
    }
}
