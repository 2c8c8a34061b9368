package dev.slipway.build.bake;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `format` and `formatlist`: the verbs of cty's, `%s %d %v %q %f %x %05d %-8s %[2]s` and so on.
final class FormatVerbs {
    private static final int MAX_WIDTH = 10_000;

    private final String form;
    private final List<Value> arguments;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int next;
    private int used;

    private FormatVerbs(String form, List<Value> arguments) {
        this.form = form;
        this.arguments = arguments;
    }

    static String format(Arguments a) throws FunctionException {
        return new FormatVerbs(a.text(0), a.values().subList(1, a.size())).run();
    }

    /// Formats once for each element of the lists among the arguments, which have one length.
    static Value formatList(Arguments a) throws FunctionException {
        int count = -1;
        for (int i = 1; i < a.size(); i++) {
            if (a.value(i) instanceof Value.Items(List<Value> values)) {
                if (count >= 0 && count != values.size()) {
                    throw new FunctionException(i, "the lists are of different lengths");
                }
                count = values.size();
            }
        }
        List<Value> results = new ArrayList<>();
        for (int round = 0; round < (count < 0 ? 1 : count); round++) {
            List<Value> arguments = new ArrayList<>();
            for (int i = 1; i < a.size(); i++) {
                arguments.add(
                        a.value(i) instanceof Value.Items(List<Value> values)
                                ? values.get(round)
                                : a.value(i));
            }
            results.add(Value.text(new FormatVerbs(a.text(0), arguments).run()));
        }
        return Value.items(results);
    }

    private String run() throws FunctionException {
        while (at < form.length()) {
            char c = form.charAt(at++);
            if (c != '%') {
                out.append(c);
            } else if (at < form.length() && form.charAt(at) == '%') {
                out.append('%');
                at++;
            } else {
                verb();
            }
        }
        if (used < arguments.size() && next < arguments.size() && used == next) {
            throw new FunctionException(
                    next + 1, "the form uses " + used + " arguments, and there are more");
        }
        return out.toString();
    }

    private void verb() throws FunctionException {
        int start = at;
        while (at < form.length() && "+-# 0".indexOf(form.charAt(at)) >= 0) {
            at++;
        }
        var flags = form.substring(start, at);
        int width = number();
        int precision = -1;
        if (at < form.length() && form.charAt(at) == '.') {
            at++;
            precision = Math.max(0, number());
        }
        if (at < form.length() && form.charAt(at) == '[') {
            at++;
            next = number() - 1;
            if (at >= form.length() || form.charAt(at++) != ']') {
                throw new FunctionException(0, "the index of an argument is not closed");
            }
        }
        if (at >= form.length()) {
            throw new FunctionException(0, "the form ends after %");
        }
        char verb = form.charAt(at++);
        if (next < 0 || next >= arguments.size()) {
            throw new FunctionException(0, "there is no argument for %" + verb);
        }
        var value = arguments.get(next);
        next++;
        used = Math.max(used, next);
        pad(text(verb, value, flags, precision), flags, width, verb);
    }

    private int number() throws FunctionException {
        int start = at;
        while (at < form.length() && Character.isDigit(form.charAt(at))) {
            at++;
        }
        if (start == at) {
            return -1;
        }
        try {
            int number = Integer.parseInt(form.substring(start, at));
            if (number <= MAX_WIDTH) {
                return number;
            }
        } catch (NumberFormatException _) {
            // As one that is too large.
        }
        throw new FunctionException(0, "a number in the form is too large");
    }

    private void pad(String text, String flags, int width, char verb) {
        int missing = width - text.codePointCount(0, text.length());
        if (missing <= 0) {
            out.append(text);
        } else if (flags.indexOf('-') >= 0) {
            out.append(text).repeat(" ", missing);
        } else if (flags.indexOf('0') >= 0 && verb != 's' && verb != 'q' && verb != 'v') {
            boolean signed = text.startsWith("-") || text.startsWith("+");
            out.append(text, 0, signed ? 1 : 0)
                    .repeat("0", missing)
                    .append(text, signed ? 1 : 0, text.length());
        } else {
            out.repeat(" ", missing).append(text);
        }
    }

    private String text(char verb, Value value, String flags, int precision)
            throws FunctionException {
        return switch (verb) {
            case 's', 'q' -> {
                var text = Conversion.text(value);
                if (text == null) {
                    throw wrong(verb, value);
                }
                var cut = precision < 0 ? text : cut(text, precision);
                yield verb == 'q' ? JsonValues.compact(Value.text(cut)) : cut;
            }
            case 'v' -> {
                var text = Conversion.text(value);
                yield text == null || flags.indexOf('#') >= 0 ? JsonValues.compact(value) : text;
            }
            case 't' -> {
                var truth = Conversion.truth(value);
                if (truth == null) {
                    throw wrong(verb, value);
                }
                yield truth.toString();
            }
            case 'b', 'd', 'o', 'x', 'X', 'e', 'E', 'f', 'g', 'G' -> {
                var number = Conversion.number(value);
                if (number == null) {
                    throw wrong(verb, value);
                }
                yield number(verb, number, flags, precision);
            }
            default -> throw new FunctionException(0, "there is no verb %" + verb);
        };
    }

    private static String cut(String text, int length) {
        int[] points = text.codePoints().limit(length).toArray();
        return new String(points, 0, points.length);
    }

    private static String number(char verb, BigDecimal number, String flags, int precision) {
        var text =
                switch (verb) {
                    case 'b' -> number.toBigInteger().toString(2);
                    case 'o' -> number.toBigInteger().toString(8);
                    case 'x' -> number.toBigInteger().toString(16);
                    case 'X' -> number.toBigInteger().toString(16).toUpperCase(Locale.ROOT);
                    case 'd' -> number.toBigInteger().toString();
                    case 'f' ->
                            number.setScale(precision < 0 ? 6 : precision, RoundingMode.HALF_EVEN)
                                    .toPlainString();
                    case 'g', 'G' -> number.toPlainString();
                    default ->
                            String.format(
                                    Locale.ROOT,
                                    "%." + (precision < 0 ? 6 : precision) + verb,
                                    number);
                };
        if (number.signum() >= 0 && flags.indexOf('+') >= 0) {
            return "+" + text;
        }
        return number.signum() >= 0 && flags.indexOf(' ') >= 0 ? " " + text : text;
    }

    private FunctionException wrong(char verb, Value value) {
        return new FunctionException(used, "%" + verb + " does not take " + value.typeName());
    }
}
