package dev.sonde.weave;

import dev.sonde.wire.Expr;
import java.util.Optional;

/**
 * What gives a variable another value.
 *
 * @param variable an {@link Expr#ARG}, {@link Expr#FIELD}, {@link Expr#STATIC_FIELD}, {@link Expr#MEMBER} or {@link Expr#INDEX}
 * @param notice what is to be known before one relies on it; empty when there is nothing
 */
public record Assignment(Expr variable, Expr value, Optional<String> notice) {}
