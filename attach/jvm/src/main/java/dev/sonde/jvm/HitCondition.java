package dev.sonde.jvm;

import dev.sonde.weave.ClassModel;
import dev.sonde.weave.ExpressionError;
import dev.sonde.weave.Expressions;
import dev.sonde.weave.MethodKey;
import dev.sonde.weave.Scope;
import dev.sonde.wire.Expr;
import dev.sonde.wire.ProbePlan;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A condition over calls that were captured: the language of {@code --when}, parsed and compiled by the same compiler, evaluated
 * here over the copies. Types are those of the values, because that is all there is; what was not captured (a field
 * beyond the depth, the end of a long text) cannot be asked for, and the answer is no.
 */
public final class HitCondition {

    private static final int MOST_STEPS = 100_000;
    private static final String UNKNOWN = "?";

    private final String text;
    private final Map<String, Expr> compiled = new HashMap<>();
    private final Map<String, ExpressionError> refused = new HashMap<>();
    private String firstFailure = "";

    public HitCondition(String text) {
        this.text = text;
    }

    /**
     * Whether it is true of a call; false where it cannot be evaluated.
     *
     * @throws ExpressionError when it does not fit the method of this call
     */
    public boolean test(Hit hit) throws ExpressionError {
        Expr condition = compile(hit);
        try {
            return Boolean.TRUE.equals(new Evaluator(new HitReading(hit), MOST_STEPS).evaluate(condition));
        } catch (Evaluator.Failure e) {
            if (firstFailure.isEmpty()) {
                firstFailure = String.valueOf(e.getMessage());
            }
            return false;
        }
    }

    /** Why it could not be evaluated the first time that it could not. */
    public Optional<String> failure() {
        return Optional.of(firstFailure).filter(why -> !why.isEmpty());
    }

    private Expr compile(Hit hit) throws ExpressionError {
        String method =
                hit.className() + "." + hit.method() + hit.names() + hit.self().isPresent();
        Expr known = compiled.get(method);
        if (known != null) {
            return known;
        }
        ExpressionError wrong = refused.get(method);
        if (wrong != null) {
            throw wrong;
        }
        try {
            Expr condition = Expressions.condition(text, scope(hit));
            compiled.put(method, condition);
            return condition;
        } catch (ExpressionError e) {
            refused.put(method, e);
            throw e;
        }
    }

    /** A method with these parameters, of types that nobody knows. */
    private static Scope scope(Hit hit) {
        String name = hit.method().substring(0, Math.max(0, hit.method().indexOf('(')));
        MethodKey key = new MethodKey(
                name.isEmpty() ? hit.method() : name,
                "(" + "Ljava/lang/Object;".repeat(hit.args().size()) + ")Ljava/lang/Object;");
        int access = Modifier.PUBLIC | (hit.self().isPresent() ? 0 : Modifier.STATIC);
        ClassModel.Method method =
                new ClassModel.Method(key, access, true, hit.names(), 0, 0, List.of(), Optional.empty());
        ClassModel declaring = new ClassModel(
                hit.className(),
                Optional.of(UNKNOWN),
                List.of(),
                52,
                Modifier.PUBLIC,
                Optional.empty(),
                Optional.empty(),
                List.of(method),
                List.of(),
                List.of(),
                Map.of());
        return new Scope(
                declaring,
                key,
                unknown -> Optional.empty(),
                ProbePlan.ON_ENTRY | ProbePlan.ON_RETURN | ProbePlan.ON_THROW);
    }
}
