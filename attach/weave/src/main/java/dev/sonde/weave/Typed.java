package dev.sonde.weave;

import dev.sonde.wire.Expr;
import java.util.List;

/** An expression and what is known of its value. */
record Typed(Expr expr, StaticType type) {

    static Typed number(long value) {
        return new Typed(Expr.ofNumber(Expr.CONST_LONG, Expr.LONG, value), StaticType.LONG);
    }

    static Typed decimal(double value) {
        return new Typed(
                Expr.ofNumber(Expr.CONST_DOUBLE, Expr.DOUBLE, Double.doubleToRawLongBits(value)), StaticType.DOUBLE);
    }

    static Typed string(String value) {
        return new Typed(Expr.ofText(Expr.CONST_STRING, Expr.OBJECT, value), StaticType.STRING);
    }

    static Typed convert(String name, Typed value, StaticType target) {
        return new Typed(Expr.ofText(Expr.CALL, target.kind(), name, value.expr()), target);
    }

    static Typed size(Typed target) {
        return new Typed(Expr.of(Expr.SIZE, Expr.LONG, target.expr()), StaticType.LONG);
    }

    static Typed unknownMember(Typed target, String name) {
        return new Typed(Expr.ofText(Expr.MEMBER, Expr.OBJECT, name, target.expr()), StaticType.DYN);
    }

    static Typed className(Typed target) {
        return new Typed(Expr.ofText(Expr.CALL, Expr.OBJECT, "className", target.expr()), StaticType.STRING);
    }

    static Typed staticRead(Scope.Found found) {
        return new Typed(
                new Expr(
                        Expr.STATIC_FIELD,
                        StaticType.ofDescriptor(found.field().descriptor()).kind(),
                        0,
                        found.field().name(),
                        found.owner().name(),
                        found.field().descriptor(),
                        List.of()),
                found.type());
    }

    static Typed read(Typed target, Scope.Found found) {
        return new Typed(
                field(
                        target.expr(),
                        found.owner().name(),
                        found.field().name(),
                        found.field().descriptor()),
                found.type());
    }

    static Expr field(Expr target, String owner, String name, String descriptor) {
        return new Expr(
                Expr.FIELD, StaticType.ofDescriptor(descriptor).kind(), 0, name, owner, descriptor, List.of(target));
    }
}
