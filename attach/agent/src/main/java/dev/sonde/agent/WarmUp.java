package dev.sonde.agent;

import dev.sonde.wire.Expr;
import dev.sonde.wire.Limits;
import dev.sonde.wire.ProbePlan;
import dev.sonde.wire.Site;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A few captures of objects of our own, made on our thread before a probe that captures is armed first, so that the first hit of the
 * application loads no class of ours and links nothing: that would use up its time, and it would come out cut.
 */
@SuppressWarnings("UnusedVariable")
final class WarmUp {

    /** By every hook, that of a count too. */
    private static final String[] RUN_BY_HOOKS = {
        "agent.Counter",
        "agent.Failure",
        "agent.LiveProbe",
        "agent.Ops",
        "agent.Shape",
        "agent.SiteHooks",
        "agent.SiteHooks$Linked",
        "agent.Tap",
        "wire.Buckets",
    };

    private static final String[] RUN_BY_CAPTURES = {
        "agent.CallTree",
        "agent.Budget",
        "agent.Containers$ArrayElements",
        "agent.Copy",
        "agent.CostLimit",
        "agent.Functions",
        "agent.Interpreter",
        "agent.Layouts$Layout",
        "agent.Texts",
        "agent.Rate",
        "agent.Regex",
        "agent.Regex$Counted",
        "agent.Tracing",
    };

    /**
     * What the JDK itself loads where a hook is first reached with no stack left. A class that loads there is shown to our transformer, for which there
     * is no stack either, and the JDK says so on the application's stderr.
     */
    private static final String[] LOADED_AT_THE_END_OF_A_STACK = {
        "java.lang.ExceptionInInitializerError",
        "java.lang.invoke.InvokerBytecodeGenerator$BytecodeGenerationException",
        "java.lang.invoke.MethodHandle$1",
        "java.lang.invoke.MethodHandleImpl$CountingWrapper$1",
        "jdk.internal.classfile.impl.AbstractPoolEntry$InterfaceMethodRefEntryImpl",
        "jdk.internal.classfile.impl.DirectCodeBuilder$LabelOverflowException",
    };

    private enum Kind {
        ONE
    }

    private final String text = "text";
    private final int number = 1;
    private final double fraction = 0.5;
    private final boolean flag = true;
    private final char letter = 'c';
    private final long[] longs = {1, 2};
    private final Kind kind = Kind.ONE;
    private final Class<?> type = WarmUp.class;
    private final List<String> list = Collections.unmodifiableList(Arrays.asList("a", "b"));
    private final Map<String, Object> map = new HashMap<>();
    private final Throwable thrown = new IllegalStateException("warm-up", new Failure("cause"));
    private @Nullable WarmUp inner;

    private WarmUp() {}

    /** Loads what threads of the application run at any hook, so that none of them has to. */
    static void load() {
        load(RUN_BY_HOOKS);
        for (String name : LOADED_AT_THE_END_OF_A_STACK) {
            load(name, null);
        }
    }

    /** And what they run where something is captured. The ring is empty before and after. */
    static void run(Capture capture) {
        load(RUN_BY_CAPTURES);
        capture.containers.prepare();
        capture.layouts.learn(WarmUp.class);
        capture.layouts.learn(Throwable.class);
        capture.layouts.learn(Object.class);
        try {
            WarmUp outer = new WarmUp();
            outer.map.put("key", 1L);
            outer.inner = new WarmUp();
            Expr it = Expr.ofNumber(Expr.ARG, Expr.OBJECT, 0);
            Expr text = new Expr(Expr.FIELD, Expr.OBJECT, 0, "text", WarmUp.class.getName(), "", Arrays.asList(it));
            Expr list = Expr.ofText(Expr.MEMBER, Expr.OBJECT, "list", it);
            Expr a = Expr.ofText(Expr.CONST_STRING, Expr.OBJECT, "a");
            Expr same = Expr.of(Expr.EQ, Expr.BOOL, Expr.ofNumber(Expr.ITER, Expr.OBJECT, 0), a);
            List<Expr> expressions = Arrays.asList(
                    text,
                    Expr.ofNumber(Expr.EXISTS, Expr.BOOL, 0, list, same),
                    Expr.ofText(Expr.CALL, Expr.BOOL, "startsWith", text, a),
                    Expr.of(Expr.ADD, Expr.LONG, Expr.of(Expr.SIZE, Expr.LONG, list), Expr.of(Expr.COST, Expr.DOUBLE)));
            for (int i = 0; i < 3; i++) {
                hit(capture, Collections.<Expr>emptyList(), outer);
                hit(capture, expressions, outer);
            }
        } catch (RuntimeException | LinkageError colder) {
            // then the first hit does it
        }
    }

    private static void load(String[] ours) {
        for (String name : ours) {
            load("dev.sonde." + name, WarmUp.class.getClassLoader());
        }
    }

    private static void load(String name, @Nullable ClassLoader loader) {
        try {
            Class.forName(name, true, loader);
        } catch (ClassNotFoundException | LinkageError later) {
            // then it is loaded when it is needed
        }
    }

    private static void hit(Capture capture, List<Expr> captures, WarmUp it) {
        Site site = new Site(0, 0, WarmUp.class.getName(), "hit", "(Ljava/lang/Object;I)Ljava/lang/Object;", false, 0);
        ProbePlan.Armed armed = new ProbePlan.Armed(site, null, false, captures);
        ProbePlan plan = new ProbePlan(
                -1,
                ProbePlan.WATCH,
                ProbePlan.ON_RETURN,
                1,
                1,
                0,
                Integer.MAX_VALUE,
                new Limits(3, 20, 100, 256, 64 << 10, 5_000_000),
                Collections.singletonList(armed));
        LiveProbe probe = new LiveProbe(plan, new Rate(1), new Budget(0));
        boolean unused = LiveProbe.admit(probe); // no hit of our own thread is admitted, this one is taken all the same
        Capture.hit(new Tap(probe, armed, new SiteHooks(0), capture, 1, 0), ProbePlan.ON_RETURN, 1, new Object[] {
            it, "result", it, 1
        });
        for (byte[] made = capture.ring.peek(); made != null; made = capture.ring.peek()) {
            capture.ring.remove(made.length);
        }
    }
}
