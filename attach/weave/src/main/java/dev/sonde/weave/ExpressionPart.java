package dev.sonde.weave;

import java.util.List;

/** A part of the compiler: each knows the text, and what the names in it stand for. */
abstract class ExpressionPart {

    final ExpressionText text;
    final Scope scope;

    ExpressionPart(ExpressionText text, Scope scope) {
        this.text = text;
        this.scope = scope;
    }

    Shape shape(Typed typed) {
        return scope.shape(typed.type());
    }

    String human(Typed typed) {
        Shape shape = shape(typed);
        return shape == Shape.STRUCT ? MethodPattern.simpleName(typed.type().name()) : shape.human;
    }

    ExpressionError error(int column, String message) {
        return error(column, message, List.of());
    }

    ExpressionError error(int column, String message, List<String> near) {
        return text.error(column, message, near);
    }
}
