package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Functions of strings and paths.
final class TextFunctions {
    private TextFunctions() {}

    static void addTo(Functions to) {
        to.add("upper", 1, a -> Value.text(a.text(0).toUpperCase(Locale.ROOT)));
        to.add("lower", 1, a -> Value.text(a.text(0).toLowerCase(Locale.ROOT)));
        to.add("title", 1, a -> Value.text(title(a.text(0))));
        to.add("chomp", 1, a -> Value.text(chomp(a.text(0))));
        to.add("trimspace", 1, a -> Value.text(a.text(0).strip()));
        to.add("trim", 2, a -> Value.text(trim(a.text(0), a.text(1))));
        to.add("trimprefix", 2, a -> Value.text(trimPrefix(a.text(0), a.text(1))));
        to.add("trimsuffix", 2, a -> Value.text(trimSuffix(a.text(0), a.text(1))));
        to.add("replace", 3, TextFunctions::replace);
        to.add("strlen", 1, a -> Value.of(a.text(0).codePointCount(0, a.text(0).length())));
        to.add("substr", 3, TextFunctions::substr);
        to.add("reverse", 1, a -> Value.text(new StringBuilder(a.text(0)).reverse().toString()));
        to.add("indent", 2, TextFunctions::indent);
        to.add("split", 2, a -> Value.items(split(a.text(0), a.text(1))));
        to.add("join", 2, -1, TextFunctions::join);
        to.add("format", 1, -1, a -> Value.text(FormatVerbs.format(a)));
        to.add("formatlist", 1, -1, FormatVerbs::formatList);
        to.add("basename", 1, a -> Value.text(basename(a.text(0))));
        to.add("dirname", 1, a -> Value.text(dirname(a.text(0))));
        to.add("sanitize", 1, a -> Value.text(sanitize(a.text(0))));
        to.add("semvercmp", 2, a -> Value.of(VersionRange.matches(a.text(0), a.text(1))));
    }

    private static String title(String text) {
        var title = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            title.append(inWord ? c : Character.toTitleCase(c));
            inWord = Character.isLetterOrDigit(c) || c == '_' || c == '\'';
        }
        return title.toString();
    }

    private static String chomp(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return text.substring(0, end);
    }

    private static String trim(String text, String characters) {
        int start = 0;
        int end = text.length();
        while (start < end && characters.indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        while (end > start && characters.indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return text.substring(start, end);
    }

    private static String trimPrefix(String text, String prefix) {
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    private static String trimSuffix(String text, String suffix) {
        return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
    }

    private static Value replace(Arguments a) throws FunctionException {
        var text = a.text(0);
        var by = a.text(2);
        if ((long) (text.length() + 1) * Math.max(1, by.length()) > Arguments.MAX_LENGTH) {
            throw new FunctionException("the result would be too long");
        }
        return Value.text(text.replace(a.text(1), by));
    }

    /// A negative offset counts from the end; a length of -1 takes all that follows.
    private static Value substr(Arguments a) throws FunctionException {
        int[] points = a.text(0).codePoints().toArray();
        int offset = a.whole(1);
        int length = a.whole(2);
        if (offset < 0) {
            offset = Math.max(0, offset + points.length);
        }
        offset = Math.min(offset, points.length);
        int rest = points.length - offset;
        return Value.text(new String(points, offset, length < 0 ? rest : Math.min(length, rest)));
    }

    private static Value indent(Arguments a) throws FunctionException {
        int spaces = a.whole(0);
        var text = a.text(1);
        long lines = text.chars().filter(c -> c == '\n').count();
        if (spaces < 0 || lines * spaces > Arguments.MAX_LENGTH) {
            throw new FunctionException(0, "this many spaces are not possible");
        }
        return Value.text(text.replace("\n", "\n" + " ".repeat(spaces)));
    }

    static List<Value> split(String separator, String text) {
        List<Value> parts = new ArrayList<>();
        if (separator.isEmpty()) {
            text.codePoints().forEach(c -> parts.add(Value.text(Character.toString(c))));
            return parts;
        }
        int start = 0;
        for (int end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, start)) {
            parts.add(Value.text(text.substring(start, end)));
            start = end + separator.length();
        }
        parts.add(Value.text(text.substring(start)));
        return parts;
    }

    private static Value join(Arguments a) throws FunctionException {
        List<String> all = new ArrayList<>();
        for (int i = 1; i < a.size(); i++) {
            all.addAll(a.texts(i));
        }
        long length = (long) all.size() * a.text(0).length();
        for (var text : all) {
            length += text.length();
        }
        if (length > Arguments.MAX_LENGTH) {
            throw new FunctionException("the result would be too long");
        }
        return Value.text(String.join(a.text(0), all));
    }

    /// As Go's `path.Base`.
    private static String basename(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        var trimmed = path.substring(0, end);
        if (trimmed.isEmpty()) {
            return ".";
        }
        return trimmed.equals("/") ? "/" : trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    /// As Go's `path.Dir`.
    private static String dirname(String path) {
        return CleanPath.of(path.substring(0, path.lastIndexOf('/') + 1));
    }

    /// Makes a name that a target may have.
    private static String sanitize(String text) {
        var name = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    boolean kept =
                            (c >= 'a' && c <= 'z')
                                    || (c >= 'A' && c <= 'Z')
                                    || (c >= '0' && c <= '9')
                                    || c == '-';
                    name.append(kept ? (char) c : '_');
                });
        return name.toString();
    }
}
