package dev.slipway.cli.output;

import dev.slipway.cli.options.Suggestion;
import dev.slipway.cli.options.UsageException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/// What a template can do with values, and how values look when printed.
final class TemplateFunctions {
    private TemplateFunctions() {}

    static UsageException wrong(String message) {
        return new UsageException("invalid --format template: " + message);
    }

    /// A field of a record; an unknown one is an error that names those there are. Dictionaries
    /// just have no value.
    static @Nullable Object field(@Nullable Object value, String name) throws UsageException {
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong("." + name + " asked of " + (value == null ? "nothing" : show(value)));
        }
        if (!map.containsKey(name) && !(map instanceof SortedMap)) {
            List<String> known = new ArrayList<>();
            for (Object key : map.keySet()) {
                known.add(String.valueOf(key));
            }
            String meant = Suggestion.nearest(name, known);
            throw new UsageException(
                    "invalid --format template: there is no field ." + name,
                    meant == null
                            ? "There are: ." + String.join(" .", known)
                            : "Did you mean ." + meant + "?");
        }
        return map.get(name);
    }

    static @Nullable Object call(String name, @Nullable Object[] arguments) throws UsageException {
        return switch (name) {
            case "json" -> JsonText.compact(one(name, arguments));
            case "len" -> length(one(name, arguments));
            case "lower" -> show(one(name, arguments)).toLowerCase(Locale.ROOT);
            case "upper" -> show(one(name, arguments)).toUpperCase(Locale.ROOT);
            case "title" -> title(show(one(name, arguments)));
            case "println" -> joined(arguments) + "\n";
            case "print" -> joined(arguments);
            case "printf" -> printf(arguments);
            case "join" -> join(two(name, arguments));
            case "split" -> List.of(split(two(name, arguments)));
            case "truncate" -> truncate(two(name, arguments));
            case "index" -> index(arguments);
            case "not" -> !isTrue(one(name, arguments));
            default -> logic(name, arguments);
        };
    }

    private static @Nullable Object logic(String name, @Nullable Object[] arguments)
            throws UsageException {
        return switch (name) {
            case "and", "or" -> {
                Object last = null;
                for (Object argument : arguments) {
                    last = argument;
                    if (isTrue(argument) == name.equals("or")) {
                        break;
                    }
                }
                yield last;
            }
            case "eq", "ne", "lt", "le", "gt", "ge" -> compare(name, two(name, arguments));
            default -> throw wrong("function \"" + name + "\" not defined");
        };
    }

    private static boolean compare(String name, @Nullable Object[] pair) throws UsageException {
        Object left = pair[0];
        Object right = pair[1];
        if (name.equals("eq") || name.equals("ne")) {
            boolean same =
                    (left instanceof Number a && right instanceof Number b)
                            ? a.doubleValue() == b.doubleValue()
                            : Objects.equals(left, right);
            return same == name.equals("eq");
        }
        int order;
        if (left instanceof Number a && right instanceof Number b) {
            order = Double.compare(a.doubleValue(), b.doubleValue());
        } else if (left instanceof String a && right instanceof String b) {
            order = a.compareTo(b);
        } else {
            throw wrong(name + " compares two numbers or two texts");
        }
        return switch (name) {
            case "lt" -> order < 0;
            case "le" -> order <= 0;
            case "gt" -> order > 0;
            default -> order >= 0;
        };
    }

    /// As Go prints it: `[a b]`, `map[k:v]`, `<no value>`.
    static String show(@Nullable Object value) {
        return switch (value) {
            case null -> "<no value>";
            case List<?> list -> {
                StringBuilder text = new StringBuilder("[");
                for (Object element : list) {
                    text.append(text.length() > 1 ? " " : "").append(show(element));
                }
                yield text.append(']').toString();
            }
            case Map<?, ?> map -> {
                StringBuilder text = new StringBuilder("map[");
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    text.append(text.length() > 4 ? " " : "");
                    text.append(entry.getKey()).append(':').append(show(entry.getValue()));
                }
                yield text.append(']').toString();
            }
            default -> value.toString();
        };
    }

    static boolean isTrue(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean truth -> truth;
            case String text -> !text.isEmpty();
            case Number number -> number.doubleValue() != 0;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    private static @Nullable Object one(String name, @Nullable Object[] arguments)
            throws UsageException {
        if (arguments.length != 1) {
            throw wrong(name + " takes one argument");
        }
        return arguments[0];
    }

    private static @Nullable Object[] two(String name, @Nullable Object[] arguments)
            throws UsageException {
        if (arguments.length != 2) {
            throw wrong(name + " takes two arguments");
        }
        return arguments;
    }

    private static Object length(@Nullable Object value) throws UsageException {
        return switch (value) {
            case String text -> text.length();
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case null, default -> throw wrong("len of " + show(value));
        };
    }

    private static String title(String text) {
        return text.isEmpty() ? text : Character.toTitleCase(text.charAt(0)) + text.substring(1);
    }

    private static String joined(@Nullable Object[] arguments) {
        StringBuilder text = new StringBuilder();
        for (Object argument : arguments) {
            text.append(text.isEmpty() ? "" : " ").append(show(argument));
        }
        return text.toString();
    }

    private static String join(@Nullable Object[] pair) throws UsageException {
        if (pair[0] == null) {
            return "";
        }
        if (!(pair[0] instanceof List<?> list)) {
            throw wrong("join takes a list and a separator");
        }
        List<String> texts = new ArrayList<>();
        for (Object element : list) {
            texts.add(show(element));
        }
        return String.join(show(pair[1]), texts);
    }

    private static Object[] split(@Nullable Object[] pair) {
        String text = show(pair[0]);
        String separator = show(pair[1]);
        List<String> parts = new ArrayList<>();
        int from = 0;
        int at;
        while (!separator.isEmpty() && (at = text.indexOf(separator, from)) >= 0) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts.toArray();
    }

    private static String truncate(@Nullable Object[] pair) throws UsageException {
        if (!(pair[1] instanceof Number length)) {
            throw wrong("truncate takes a text and a length");
        }
        String text = show(pair[0]);
        return text.substring(0, Math.clamp(length.intValue(), 0, text.length()));
    }

    private static @Nullable Object index(@Nullable Object[] arguments) throws UsageException {
        if (arguments.length == 0) {
            throw wrong("index takes a list or map and a key");
        }
        Object value = arguments[0];
        for (int i = 1; i < arguments.length; i++) {
            Object key = arguments[i];
            if (value instanceof Map<?, ?> map) {
                value = map.get(show(key));
                value = value == null ? "" : value;
            } else if (value instanceof List<?> list && key instanceof Number number) {
                int at = number.intValue();
                if (at < 0 || at >= list.size()) {
                    throw wrong("index out of range: " + at);
                }
                value = list.get(at);
            } else {
                throw wrong("index of " + show(value));
            }
        }
        return value;
    }

    private static String printf(@Nullable Object[] arguments) throws UsageException {
        if (arguments.length == 0 || !(arguments[0] instanceof String format)) {
            throw wrong("printf takes a format");
        }
        StringBuilder text = new StringBuilder();
        int used = 1;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                text.append(c);
                continue;
            }
            char verb = format.charAt(++i);
            if (verb == '%') {
                text.append('%');
                continue;
            }
            if ("svdq".indexOf(verb) < 0 || used >= arguments.length) {
                throw wrong("printf knows %s, %v, %d and %q, one for each value");
            }
            Object value = arguments[used++];
            text.append(verb == 'q' ? JsonText.compact(show(value)) : show(value));
        }
        return text.toString();
    }
}
