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

/**
 * Expressions that are asked for and not hit: a hit of our own making, on our own thread, on no site. So the limits, the
 * masks and the time limit are those of every hit, and it is the same code that reads.
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
        int count = in.length(1);
        if (count > MOST) {
            throw new Refusal("more than " + MOST + " expressions");
        }
        List<Expr> expressions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            expressions.add(Expr.read(in));
        }
        boolean initialised = capture.initialised(type);
        out.bool(initialised);
        if (initialised) {
            out.bytes(evaluate(classId, type, capture, limits, expressions));
        }
    }

    private static byte[] evaluate(int classId, Class<?> type, Capture capture, Limits limits, List<Expr> expressions) {
        Site site = new Site(0, classId, type.getName(), "", "()V", true, 0);
        ProbePlan.Armed armed = new ProbePlan.Armed(site, null, false, expressions);
        ProbePlan plan = new ProbePlan(
                0, ProbePlan.WATCH, ProbePlan.ON_ENTRY, 1, 0, 0, 0, limits, Collections.singletonList(armed));
        Tap tap = new Tap(new LiveProbe(plan, new Rate(0), new Budget(0)), armed, new SiteHooks(0), capture, 0, 0);
        for (int i = 0; i < expressions.size(); i++) {
            capture.prepare(expressions.get(i));
            capture.prepareStatics(expressions.get(i), classId);
        }
        try {
            return capture.copy(tap, ProbePlan.ON_ENTRY);
        } finally {
            for (int i = 0; i < expressions.size(); i++) {
                capture.forget(expressions.get(i));
            }
        }
    }
}
