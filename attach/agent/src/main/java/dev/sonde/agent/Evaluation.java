package dev.sonde.agent;

import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import dev.sonde.wire.WireReader;
import dev.sonde.wire.WireWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Expressions that are asked for and not hit: a hit of our own making, on our own thread, on no site or on that of a thread that
 * stands. So the limits, the masks and the time limit are those of every hit, and it is the same code that reads.
 */
final class Evaluation {

    private static final int MOST = 2_000;

    private Evaluation() {}

    static void run(Classes classes, Capture capture, WireReader in, WireWriter out) {
        int classId = in.i4();
        Class<?> type = classes.byId(classId);
        if (type == null) {
            throw new Refusal("class " + classId + " is not known, or was unloaded");
        }
        Limits limits = Limits.read(in);
        List<Expr> expressions = read(in);
        boolean initialised = capture.initialised(type);
        out.bool(initialised);
        if (initialised) {
            Site site = new Site(0, classId, type.getName(), "", "()V", true, 0);
            Tap tap = tap(site, new SiteHooks(0), capture, limits, ProbePlan.ON_ENTRY, expressions);
            out.bytes(copy(tap, new @Nullable Object[2]));
        }
    }

    static List<Expr> read(WireReader in) {
        int count = in.length(1);
        if (count > MOST) {
            throw new Refusal("more than " + MOST + " expressions");
        }
        List<Expr> expressions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            expressions.add(Expr.read(in));
        }
        return expressions;
    }

    /** What asks them at a site. */
    static Tap tap(Site site, SiteHooks hooks, Capture capture, Limits limits, int event, List<Expr> expressions) {
        ProbePlan.Armed armed = new ProbePlan.Armed(site, null, false, expressions);
        ProbePlan plan = new ProbePlan(0, ProbePlan.WATCH, event, 1, 0, 0, 0, limits, Collections.singletonList(armed));
        return new Tap(new LiveProbe(plan, new Rate(0), new Budget(0)), armed, hooks, capture, 0, 0);
    }

    /** What they give, as a hit. */
    static byte[] copy(Tap tap, @Nullable Object[] values) {
        prepare(tap);
        try {
            return tap.capture.copy(tap, tap.probe.plan.when, values);
        } finally {
            forget(tap);
        }
    }

    static void prepare(Tap tap) {
        List<Expr> expressions = tap.armed.captures;
        for (int i = 0; i < expressions.size(); i++) {
            tap.capture.prepare(expressions.get(i));
            tap.capture.prepareStatics(expressions.get(i), tap.armed.site.classId);
        }
    }

    static void forget(Tap tap) {
        List<Expr> expressions = tap.armed.captures;
        for (int i = 0; i < expressions.size(); i++) {
            tap.capture.forget(expressions.get(i));
        }
    }
}
