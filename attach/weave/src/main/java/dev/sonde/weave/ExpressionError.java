package dev.sonde.weave;

import java.util.List;

/** An expression that is wrong: where, why, and what was perhaps meant. Nothing was touched. */
public final class ExpressionError extends Exception {

    private final String expression;
    private final int column;
    private final List<String> near;

    /**
     * @param expression the text as it was typed
     * @param column of the fault, from 1; 0 when it is the whole
     * @param near names that exist and look alike, nearest first
     */
    public ExpressionError(String message, String expression, int column, List<String> near) {
        super(message);
        this.expression = expression;
        this.column = column;
        this.near = List.copyOf(near);
    }

    public String expression() {
        return expression;
    }

    public int column() {
        return column;
    }

    public List<String> near() {
        return near;
    }
}
