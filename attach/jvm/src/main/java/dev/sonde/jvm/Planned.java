package dev.sonde.jvm;

import dev.sonde.wire.Expr;
import java.util.List;
import java.util.Optional;

/**
 * A method that a probe is to be on, with its expressions; or one spot of it.
 *
 * @param place empty for a whole method
 * @param spot 0 for a whole method
 */
record Planned(
        Selection.Chosen chosen,
        Optional<Expr> condition,
        List<Expr> captures,
        boolean callee,
        Optional<LinePlace> place,
        int spot) {

    Planned(Selection.Chosen chosen, Optional<Expr> condition, List<Expr> captures, boolean callee) {
        this(chosen, condition, captures, callee, Optional.empty(), 0);
    }

    Planned at(LinePlace where, int index) {
        return new Planned(chosen, condition, captures, callee, Optional.of(where), index);
    }

    /** Methods that a trace follows calls into. */
    static List<Planned> callees(List<Selection.Chosen> methods) {
        return methods.stream()
                .map(method -> new Planned(method, Optional.empty(), List.of(), true))
                .toList();
    }
}
