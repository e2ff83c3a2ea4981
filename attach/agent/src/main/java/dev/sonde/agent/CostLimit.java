package dev.sonde.agent;

import dev.sonde.wire.Expr;

/** What the cost of a call is compared with: {@code cost > 50}, by far the most frequent condition, as one call of the hook. */
final class CostLimit {

    private final int op;
    private final double millis;

    /** @param op one of {@link Expr#EQ}…{@link Expr#GE} */
    CostLimit(int op, double millis) {
        this.op = op;
        this.millis = millis;
    }

    /** Whether a call that ends now is one. Called by handles. */
    static boolean holds(CostLimit limit, long bits, long start) {
        double cost = Ops.cost(start);
        double millis = limit.millis;
        switch (limit.op) {
            case Expr.EQ:
                return Ops.eq(cost, millis);
            case Expr.NE:
                return Ops.ne(cost, millis);
            case Expr.LT:
                return Ops.lt(cost, millis);
            case Expr.LE:
                return Ops.le(cost, millis);
            case Expr.GT:
                return Ops.gt(cost, millis);
            default:
                return Ops.ge(cost, millis);
        }
    }
}
