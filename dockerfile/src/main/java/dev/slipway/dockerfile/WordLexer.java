package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;

/// One run over a text: quotes, escapes and `$`. Nothing is looked at twice except the values that
/// patterns are applied to, so the time is linear in what goes in and comes out; both are bounded.
final class WordLexer {
    /// Deepest nesting of `${…${…}…}`.
    static final int MAX_DEPTH = 100;

    /// Longest result, in characters: a chain of `ENV a=$a$a` must not fill the heap.
    static final int MAX_RESULT = 4 << 20;

    /// How quotes are treated.
    enum Quotes {
        /// They group, and vanish.
        REMOVE,
        /// They group, and stay.
        KEEP,
        /// They are characters like any other.
        TEXT
    }

    private static final int NO_STOP = -1;
    private static final String MISSING_BRACE = "syntax error: missing '}'";

    private final String text;
    private final char escape;
    private final Quotes quotes;
    private final @Nullable Function<String, @Nullable String> env;
    private final @Nullable WordList words;
    private boolean keepEscapes;
    private @Nullable Set<String> used;
    private @Nullable Set<String> unset;
    private int at;
    private int depth;

    /// @param env null to keep every `$…` as it is written
    /// @param words gets the words; null if nobody asks for them
    WordLexer(
            String text,
            char escape,
            Quotes quotes,
            boolean keepEscapes,
            @Nullable Function<String, @Nullable String> env,
            @Nullable WordList words) {
        this.text = text;
        this.escape = escape;
        this.quotes = quotes;
        this.keepEscapes = keepEscapes;
        this.env = env;
        this.words = words;
    }

    String run() throws ExpansionException {
        String result = until(NO_STOP, keepEscapes, words);
        if (words != null) {
            words.end(at);
        }
        return result;
    }

    Set<String> used() {
        return used == null ? Set.of() : Collections.unmodifiableSet(used);
    }

    Set<String> unset() {
        return unset == null ? Set.of() : Collections.unmodifiableSet(unset);
    }

    private ExpansionException failure(String message) {
        return new ExpansionException(text, message);
    }

    private String until(int stop, boolean rawEscapes, @Nullable WordList list)
            throws ExpansionException {
        boolean outer = keepEscapes;
        keepEscapes = rawEscapes;
        try {
            StringBuilder out = new StringBuilder();
            while (at < text.length()) {
                char c = text.charAt(at);
                if (c == stop) {
                    at++;
                    return out.toString();
                }
                step(c, out, list);
                if (out.length() > MAX_RESULT) {
                    throw failure("the result is longer than " + MAX_RESULT + " characters");
                }
            }
            if (stop != NO_STOP) {
                throw failure(
                        "unexpected end of statement while looking for matching " + (char) stop);
            }
            return out.toString();
        } finally {
            keepEscapes = outer;
        }
    }

    private void step(char c, StringBuilder out, @Nullable WordList list)
            throws ExpansionException {
        int start = at;
        if (c == '$') {
            String value = dollar();
            out.append(value);
            if (list != null) {
                list.addSplit(value, start);
            }
        } else if ((c == '\'' || c == '"') && quotes != Quotes.TEXT) {
            int from = out.length();
            if (c == '"') {
                doubleQuoted(out);
            } else {
                singleQuoted(out);
            }
            if (list != null) {
                list.add(out, from, start);
            }
        } else {
            plain(c, out, list);
        }
    }

    private void plain(char c, StringBuilder out, @Nullable WordList list) {
        int start = at++;
        if (c != escape) {
            out.append(c);
            if (list != null) {
                list.add(c, start);
            }
            return;
        }
        int from = out.length();
        if (keepEscapes) {
            out.append(c);
        }
        if (at < text.length()) { // a last escape character vanishes
            out.append(text.charAt(at++));
        }
        if (list != null) {
            list.add(out, from, start);
        }
    }

    // Everything up to the next single quote; nothing can be escaped.
    private void singleQuoted(StringBuilder out) throws ExpansionException {
        int end = text.indexOf('\'', at + 1);
        if (end < 0) {
            at = text.length();
            throw failure("unexpected end of statement while looking for matching single-quote");
        }
        if (quotes == Quotes.KEEP) {
            out.append(text, at, end + 1);
        } else {
            out.append(text, at + 1, end);
        }
        at = end + 1;
    }

    private void doubleQuoted(StringBuilder out) throws ExpansionException {
        boolean keep = quotes == Quotes.KEEP;
        at++;
        if (keep) {
            out.append('"');
        }
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                if (keep) {
                    out.append('"');
                }
                return;
            }
            if (c == '$') {
                out.append(dollar());
            } else {
                at++;
                quotedChar(c, out);
            }
        }
        throw failure("unexpected end of statement while looking for matching double-quote");
    }

    private void quotedChar(char c, StringBuilder out) {
        if (c != escape) {
            out.append(c);
            return;
        }
        if (keepEscapes) {
            out.append(c);
        }
        if (at == text.length()) {
            return;
        }
        // Only these can be escaped in double quotes; before others the escape is a character.
        char next = text.charAt(at);
        if (next == '"' || next == '$' || next == escape) {
            at++;
            out.append(next);
        } else {
            out.append(c);
        }
    }

    private String dollar() throws ExpansionException {
        at++;
        if (at == text.length() || text.charAt(at) != '{') {
            String name = name();
            return name.isEmpty() ? "$" : value(name, "$" + name);
        }
        if (++depth > MAX_DEPTH) {
            throw failure("variables are nested deeper than " + MAX_DEPTH);
        }
        at++;
        String value = braced();
        depth--;
        return value;
    }

    private String braced() throws ExpansionException {
        if (at == text.length()) {
            throw failure(MISSING_BRACE);
        }
        char first = text.charAt(at);
        if (first == '{' || first == '}' || first == ':') {
            throw failure("syntax error: bad substitution");
        }
        String name = name();
        if (at == text.length()) {
            throw failure(MISSING_BRACE);
        }
        char c = text.charAt(at++);
        return switch (c) {
            case '}' -> value(name, "${" + name + "}");
            case '/' -> replaced(name);
            case ':' -> {
                if (at == text.length()) {
                    throw failure(MISSING_BRACE);
                }
                yield modified(name, text.charAt(at++), true);
            }
            default -> modified(name, c, false);
        };
    }

    private String modified(String name, char operator, boolean emptyIsUnset)
            throws ExpansionException {
        boolean pattern = operator == '#' || operator == '%';
        if ((pattern && emptyIsUnset) || "+-?#%".indexOf(operator) < 0) {
            throw failure(
                    "unsupported modifier ("
                            + (emptyIsUnset ? ":" : "")
                            + operator
                            + ") in substitution");
        }
        String word = inner('}', pattern);
        if (env == null) {
            return "${" + name + (emptyIsUnset ? ":" : "") + operator + word + "}";
        }
        String value = lookUp(name);
        boolean missing = value == null || (emptyIsUnset && value.isEmpty());
        return switch (operator) {
            case '-' -> missing || value == null ? word : value;
            case '+' -> missing ? "" : word;
            case '?' -> required(name, value, missing, word);
            default -> trimmed(value == null ? "" : value, operator, word);
        };
    }

    private String required(String name, @Nullable String value, boolean missing, String message)
            throws ExpansionException {
        if (missing || value == null) {
            String state = value == null ? "unset" : "empty";
            throw failure(
                    name + ": " + (message.isEmpty() ? "is not allowed to be " + state : message));
        }
        return value;
    }

    private String trimmed(String value, char operator, String word) throws ExpansionException {
        boolean longest = !word.isEmpty() && word.charAt(0) == operator;
        ShellPattern pattern = pattern(longest ? word.substring(1) : word);
        try {
            return operator == '#'
                    ? pattern.withoutPrefix(value, longest)
                    : pattern.withoutSuffix(value, longest);
        } catch (ShellPattern.TooSlowException e) {
            throw failure(ShellPattern.TOO_SLOW);
        }
    }

    private String replaced(String name) throws ExpansionException {
        boolean all = at < text.length() && text.charAt(at) == '/';
        if (all) {
            at++;
        }
        String pattern = inner('/', true);
        String replacement = inner('}', true);
        if (env == null) {
            return "${" + name + (all ? "//" : "/") + pattern + "/" + replacement + "}";
        }
        String value = lookUp(name);
        try {
            return pattern(pattern).replace(value == null ? "" : value, replacement, all);
        } catch (ShellPattern.TooSlowException e) {
            throw failure(ShellPattern.TOO_SLOW);
        }
    }

    private ShellPattern pattern(String pattern) throws ExpansionException {
        ShellPattern compiled = ShellPattern.compile(pattern);
        if (compiled == null) {
            throw failure(
                    "invalid pattern ("
                            + pattern
                            + ") in substitution: only '*', '?', '\\', '}' and '/' can be escaped");
        }
        return compiled;
    }

    private String inner(char stop, boolean rawEscapes) throws ExpansionException {
        try {
            return until(stop, rawEscapes, null);
        } catch (ExpansionException e) {
            if (at < text.length() || depth > MAX_DEPTH) {
                throw e;
            }
            throw failure(stop == '/' ? "syntax error: missing '/' in ${}" : MISSING_BRACE);
        }
    }

    private String value(String name, String written) {
        if (env == null) {
            return written;
        }
        String value = lookUp(name);
        return value == null ? "" : value;
    }

    private @Nullable String lookUp(String name) {
        String value = env == null ? null : env.apply(name);
        if (value != null) {
            used = added(used, name);
        } else {
            unset = added(unset, name);
        }
        return value;
    }

    private static Set<String> added(@Nullable Set<String> set, String name) {
        Set<String> names = set == null ? new LinkedHashSet<>() : set;
        names.add(name);
        return names;
    }

    // Letters, digits and '_'; or only digits; or one special parameter, none of which is ever set.
    private String name() {
        int start = at;
        if (at == text.length()) {
            return "";
        }
        int first = text.codePointAt(at);
        if (Character.isDigit(first)) {
            while (at < text.length() && Character.isDigit(text.codePointAt(at))) {
                at += Character.charCount(text.codePointAt(at));
            }
        } else if ("@*#?-$!".indexOf(first) >= 0) {
            at++;
        } else {
            while (at < text.length() && isNamePart(text.codePointAt(at))) {
                at += Character.charCount(text.codePointAt(at));
            }
        }
        return text.substring(start, at);
    }

    private static boolean isNamePart(int c) {
        return c == '_' || Character.isLetter(c) || Character.isDigit(c);
    }
}
