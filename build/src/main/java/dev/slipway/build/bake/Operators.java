package dev.slipway.build.bake;

import java.math.BigDecimal;
import java.math.MathContext;

/// What the signs between two values do.
final class Operators {
    /// Enough digits that a version or a size never shows rounding.
    static final MathContext PRECISION = new MathContext(60);

    private Operators() {}

    static Value apply(Expr.Binary expr, Value left, Value right) throws BakeException {
        return switch (expr.operator()) {
            case EQUAL -> Value.of(left.equals(right));
            case NOT_EQUAL -> Value.of(!left.equals(right));
            case OR, AND -> throw new IllegalStateException("these do not always look right");
            case LESS,
                    LESS_OR_EQUAL,
                    GREATER,
                    GREATER_OR_EQUAL,
                    PLUS,
                    MINUS,
                    TIMES,
                    DIVIDED_BY,
                    MODULO ->
                    numbers(expr, number(left, expr.left()), number(right, expr.right()));
        };
    }

    private static Value numbers(Expr.Binary expr, BigDecimal left, BigDecimal right)
            throws BakeException {
        return switch (expr.operator()) {
            case LESS -> Value.of(left.compareTo(right) < 0);
            case LESS_OR_EQUAL -> Value.of(left.compareTo(right) <= 0);
            case GREATER -> Value.of(left.compareTo(right) > 0);
            case GREATER_OR_EQUAL -> Value.of(left.compareTo(right) >= 0);
            case PLUS -> Value.of(left.add(right, PRECISION));
            case MINUS -> Value.of(left.subtract(right, PRECISION));
            case TIMES -> Value.of(left.multiply(right, PRECISION));
            case DIVIDED_BY, MODULO -> {
                if (right.signum() == 0) {
                    throw BakeException.at(expr.right().span(), "this is 0: division by zero");
                }
                yield Value.of(
                        expr.operator() == Expr.Operator.DIVIDED_BY
                                ? left.divide(right, PRECISION)
                                : left.remainder(right));
            }
            case EQUAL, NOT_EQUAL, OR, AND ->
                    throw new IllegalStateException("these are not about numbers");
        };
    }

    static BigDecimal number(Value value, Expr expr) throws BakeException {
        var number = Conversion.number(value);
        if (number == null) {
            throw BakeException.at(
                    expr.span(), "this must be a number, and is " + value.typeName());
        }
        return number;
    }
}
