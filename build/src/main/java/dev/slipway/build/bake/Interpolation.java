package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/// `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`,
/// `${NAME?message}`, `${NAME:+instead}`, `${NAME+instead}` and `$$`: Compose specification,
/// "Interpolation".
final class Interpolation {
    private static final int MAX_DEPTH = 20;

    /// Leaves text as it is.
    static final Interpolation NONE =
            new Interpolation(
                    name -> {
                        throw new IllegalStateException("nothing is looked up: " + name);
                    },
                    false);

    private final Function<String, @Nullable String> variables;
    private final boolean on;

    /// @param variables value of a name; null when it is not set
    Interpolation(Function<String, @Nullable String> variables) {
        this(variables, true);
    }

    private Interpolation(Function<String, @Nullable String> variables, boolean on) {
        this.variables = variables;
        this.on = on;
    }

    String of(String text, Span at) throws BakeException {
        return on && text.indexOf('$') >= 0 ? of(text, at, 0) : text;
    }

    private String of(String text, Span at, int depth) throws BakeException {
        if (depth > MAX_DEPTH) {
            throw BakeException.at(at, "variables are nested too deeply");
        }
        var out = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
            if (c != '$') {
                out.append(c);
                i++;
            } else if (next == '$') {
                out.append('$');
                i += 2;
            } else if (next == '{') {
                int end = closing(text, i + 2);
                if (end < 0) {
                    throw BakeException.at(at, "'${' is not closed", "a plain $ is written $$");
                }
                out.append(braced(text.substring(i + 2, end), at, depth));
                i = end + 1;
            } else {
                int end = nameEnd(text, i + 1);
                if (end == i + 1) {
                    throw BakeException.at(
                            at, "'$' is followed by no name", "a plain $ is written $$");
                }
                out.append(orEmpty(variables.apply(text.substring(i + 1, end))));
                i = end;
            }
        }
        return out.toString();
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static int nameEnd(String text, int start) {
        int end = start;
        while (end < text.length()) {
            char c = text.charAt(end);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            if (!letter && (end == start || c < '0' || c > '9')) {
                break;
            }
            end++;
        }
        return end;
    }

    private static int closing(String text, int start) {
        int depth = 1;
        for (int i = start; i < text.length(); i++) {
            if (text.startsWith("${", i)) {
                depth++;
                i++;
            } else if (text.charAt(i) == '}' && --depth == 0) {
                return i;
            }
        }
        return -1;
    }

    private String braced(String inner, Span at, int depth) throws BakeException {
        int end = nameEnd(inner, 0);
        var name = inner.substring(0, end);
        if (name.isEmpty()) {
            throw BakeException.at(at, "'${" + inner + "}' has no name");
        }
        var value = variables.apply(name);
        var rest = inner.substring(end);
        if (rest.isEmpty()) {
            return orEmpty(value);
        }
        boolean emptyCounts = rest.startsWith(":");
        var sign = emptyCounts ? rest.substring(1) : rest;
        boolean set = value != null && !(emptyCounts && value.isEmpty());
        var word = sign.isEmpty() ? "" : sign.substring(1);
        return switch (sign.isEmpty() ? 0 : sign.charAt(0)) {
            case '-' -> set ? orEmpty(value) : of(word, at, depth + 1);
            case '+' -> set ? of(word, at, depth + 1) : "";
            case '?' -> {
                if (!set) {
                    var message = of(word, at, depth + 1);
                    throw BakeException.at(
                            at,
                            "the variable "
                                    + name
                                    + " is required"
                                    + (message.isEmpty() ? "" : ": " + message));
                }
                yield orEmpty(value);
            }
            default -> throw BakeException.at(at, "'${" + inner + "}' is not understood");
        };
    }
}
