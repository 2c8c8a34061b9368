package dev.slipway.build;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A pattern for whole paths: as in `.dockerignore`, where `**` stands for any number of
/// directories. What lies beneath a directory that matches is included with it.
final class PathPattern {
    private final Pattern regex;
    private final GoGlob[] leading;
    private final boolean anyDepth;

    private PathPattern(Pattern regex, GoGlob[] leading, boolean anyDepth) {
        this.regex = regex;
        this.leading = leading;
        this.anyDepth = anyDepth;
    }

    /// Reads a cleaned relative pattern.
    ///
    /// @throws CopyException if it is malformed
    static PathPattern parse(String pattern) throws CopyException {
        String[] names = pattern.split("/", -1);
        int plain = 0;
        while (plain < names.length && !names[plain].contains("**")) {
            plain++;
        }
        GoGlob[] leading = new GoGlob[plain];
        for (int i = 0; i < plain; i++) {
            leading[i] = GoGlob.parse(names[i]);
        }
        try {
            return new PathPattern(
                    Pattern.compile(regex(pattern), Pattern.DOTALL), leading, plain < names.length);
        } catch (PatternSyntaxException _) {
            throw new CopyException("malformed pattern '" + pattern + "'", null);
        }
    }

    private static String regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        int i = 0;
        while (i < pattern.length()) {
            char c = pattern.charAt(i++);
            if (c == '*' && i < pattern.length() && pattern.charAt(i) == '*') {
                i++;
                boolean wholeName = i < pattern.length() && pattern.charAt(i) == '/';
                regex.append(wholeName ? "(?:.*/)?" : ".*");
                i += wholeName ? 1 : 0;
            } else {
                i = one(pattern, c, i, regex);
            }
        }
        return regex.toString();
    }

    private static int one(String pattern, char c, int next, StringBuilder regex) {
        switch (c) {
            case '*' -> regex.append("[^/]*");
            case '?' -> regex.append("[^/]");
            case '[' -> {
                int close = pattern.indexOf(']', next + 1);
                if (close > 0) {
                    regex.append('[').append(classBody(pattern.substring(next, close))).append(']');
                    return close + 1;
                }
                regex.append('[');
            }
            case '\\' -> {
                if (next < pattern.length()) {
                    regex.append(Pattern.quote(pattern.substring(next, next + 1)));
                    return next + 1;
                }
                regex.append("\\\\");
            }
            default -> regex.append(Pattern.quote(String.valueOf(c)));
        }
        return next;
    }

    /// Java gives `[` and `&&` inside a class a meaning of their own.
    private static String classBody(String body) {
        return body.replace("[", "\\[").replace("&", "\\&");
    }

    /// Whether exactly this path matches.
    boolean matches(String path) {
        return regex.matcher(path).matches();
    }

    /// Whether something beneath a directory that does not match itself may.
    boolean mayMatchBelow(String directory) {
        String[] names = directory.split("/", -1);
        for (int i = 0; i < names.length; i++) {
            if (i == leading.length) {
                return anyDepth;
            }
            if (!leading[i].matches(names[i])) {
                return false;
            }
        }
        return anyDepth || names.length < leading.length;
    }
}
