package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;

/// Turns values of one type into another as HCL does unasked: numbers and bools are also strings,
/// and strings that read like them are also numbers and bools. Null comes back where there is no
/// such way.
final class Conversion {
    /// More digits than this would let a short text ask for gigabytes.
    private static final int MAX_SCALE = 10_000;

    private Conversion() {}

    static @Nullable String text(Value value) {
        return switch (value) {
            case Value.Text(String text) -> text;
            case Value.Num(BigDecimal number) -> number.toPlainString();
            case Value.Bool(boolean truth) -> truth ? "true" : "false";
            case Value.Null _, Value.Items _, Value.Fields _ -> null;
        };
    }

    static @Nullable BigDecimal number(Value value) {
        return switch (value) {
            case Value.Num(BigDecimal number) -> number;
            case Value.Text(String text) -> parse(text);
            case Value.Bool _, Value.Null _, Value.Items _, Value.Fields _ -> null;
        };
    }

    static @Nullable BigDecimal parse(String text) {
        if (text.isEmpty() || text.length() > 1000) {
            return null;
        }
        try {
            var number = new BigDecimal(text);
            return Math.abs(number.scale()) > MAX_SCALE ? null : number;
        } catch (NumberFormatException _) {
            return null;
        }
    }

    static @Nullable Boolean truth(Value value) {
        return switch (value) {
            case Value.Bool(boolean truth) -> truth;
            case Value.Text(String text) ->
                    switch (text) {
                        case "true", "1" -> Boolean.TRUE;
                        case "false", "0" -> Boolean.FALSE;
                        default -> null;
                    };
            case Value.Num _, Value.Null _, Value.Items _, Value.Fields _ -> null;
        };
    }

    /// Reads a bool the way flags are read.
    static @Nullable Boolean flag(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> Boolean.TRUE;
            case "0", "f", "F", "false", "FALSE", "False" -> Boolean.FALSE;
            default -> null;
        };
    }
}
