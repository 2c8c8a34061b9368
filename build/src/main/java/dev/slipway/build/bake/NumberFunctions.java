package dev.slipway.build.bake;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.function.BinaryOperator;

/// Functions of numbers and bools: what the operators do, and more.
final class NumberFunctions {
    private NumberFunctions() {}

    static void addTo(Functions to) {
        to.add("absolute", 1, a -> Value.of(a.number(0).abs()));
        to.add("negate", 1, a -> Value.of(a.number(0).negate()));
        to.add("signum", 1, a -> Value.of(a.number(0).signum()));
        to.add("ceil", 1, a -> Value.of(a.number(0).setScale(0, RoundingMode.CEILING)));
        to.add("floor", 1, a -> Value.of(a.number(0).setScale(0, RoundingMode.FLOOR)));
        to.add("int", 1, a -> Value.of(a.number(0).setScale(0, RoundingMode.DOWN)));
        to.add("add", 2, a -> Value.of(a.number(0).add(a.number(1), Operators.PRECISION)));
        to.add(
                "subtract",
                2,
                a -> Value.of(a.number(0).subtract(a.number(1), Operators.PRECISION)));
        to.add(
                "multiply",
                2,
                a -> Value.of(a.number(0).multiply(a.number(1), Operators.PRECISION)));
        to.add("divide", 2, a -> Value.of(a.number(0).divide(divisor(a), Operators.PRECISION)));
        to.add("modulo", 2, a -> Value.of(a.number(0).remainder(divisor(a))));
        to.add("max", 1, -1, a -> choose(a, BigDecimal::max));
        to.add("min", 1, -1, a -> choose(a, BigDecimal::min));
        to.add("pow", 2, a -> real(Math.pow(a.number(0).doubleValue(), a.number(1).doubleValue())));
        to.add(
                "log",
                2,
                a ->
                        real(
                                Math.log(a.number(0).doubleValue())
                                        / Math.log(a.number(1).doubleValue())));
        to.add("parseint", 2, NumberFunctions::parseInt);
        to.add("greaterthan", 2, a -> Value.of(compare(a) > 0));
        to.add("greaterthanorequalto", 2, a -> Value.of(compare(a) >= 0));
        to.add("lessthan", 2, a -> Value.of(compare(a) < 0));
        to.add("lessthanorequalto", 2, a -> Value.of(compare(a) <= 0));
        to.add("equal", 2, a -> Value.of(a.value(0).equals(a.value(1))));
        to.add("notequal", 2, a -> Value.of(!a.value(0).equals(a.value(1))));
        to.add("and", 2, a -> Value.of(a.truth(0) && a.truth(1)));
        to.add("or", 2, a -> Value.of(a.truth(0) || a.truth(1)));
        to.add("not", 1, a -> Value.of(!a.truth(0)));
    }

    private static int compare(Arguments a) throws FunctionException {
        return a.number(0).compareTo(a.number(1));
    }

    private static BigDecimal divisor(Arguments a) throws FunctionException {
        if (a.number(1).signum() == 0) {
            throw new FunctionException(1, "division by zero");
        }
        return a.number(1);
    }

    private static Value choose(Arguments a, BinaryOperator<BigDecimal> better)
            throws FunctionException {
        var best = a.number(0);
        for (int i = 1; i < a.size(); i++) {
            best = better.apply(best, a.number(i));
        }
        return Value.of(best);
    }

    private static Value real(double number) throws FunctionException {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new FunctionException("the result is not a number");
        }
        return Value.of(
                number == Math.rint(number) && Math.abs(number) < 1e15
                        ? new BigDecimal((long) number)
                        : BigDecimal.valueOf(number));
    }

    private static Value parseInt(Arguments a) throws FunctionException {
        int base = a.whole(1);
        if (base < 2 || base > 36) {
            throw new FunctionException(1, "the base must be 2 to 36");
        }
        try {
            return Value.of(new BigDecimal(new BigInteger(a.text(0), base)));
        } catch (NumberFormatException _) {
            throw new FunctionException(
                    0, "'" + a.text(0) + "' is no whole number in base " + base);
        }
    }
}
