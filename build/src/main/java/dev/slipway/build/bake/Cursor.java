package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

/// A place in text being parsed, and what is common to all that reads there: spaces, comments,
/// names.
///
/// The text may be what a JSON string says: `origins` then has for each character where in the file
/// it comes from.
final class Cursor {
    private static final int MAX_DEPTH = 250;

    private final SourceText source;
    private final String text;
    private final int @Nullable [] origins;
    private int depth;

    /// The next character to read.
    int at;

    /// Whether a line break is a space, as it is in brackets.
    boolean multiline;

    Cursor(SourceText source) {
        this(source, source.text(), null);
    }

    Cursor(SourceText source, String text, int @Nullable [] origins) {
        this.source = source;
        this.text = text;
        this.origins = origins;
    }

    String text() {
        return text;
    }

    boolean atEnd() {
        return at >= text.length();
    }

    /// The next character; 0 at the end.
    char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    boolean looksAt(String token) {
        return text.startsWith(token, at);
    }

    /// Takes `token` if it is next.
    boolean take(String token) {
        if (!looksAt(token)) {
            return false;
        }
        at += token.length();
        return true;
    }

    void expect(String token, String where) throws BakeException {
        skip();
        if (!take(token)) {
            throw BakeException.at(here(), "expected '" + token + "' " + where + found());
        }
    }

    /// `, found …` for messages.
    String found() {
        if (atEnd()) {
            return ", found the end";
        }
        return peek() == '\n' ? ", found the end of the line" : ", found '" + peek() + "'";
    }

    Span here() {
        return span(at, at + 1);
    }

    Span since(int start) {
        return span(start, at);
    }

    Span span(int start, int end) {
        return source.span(origin(start), Math.max(origin(start) + 1, origin(end)));
    }

    private int origin(int index) {
        return origins == null ? index : origins[Math.min(index, origins.length - 1)];
    }

    SourceText source() {
        return source;
    }

    /// Passes spaces and comments; line breaks too where they do not matter.
    void skip() throws BakeException {
        while (!atEnd()) {
            char c = peek();
            if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && multiline)) {
                at++;
            } else if (c == '#' || looksAt("//")) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (looksAt("/*")) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw BakeException.at(span(at, at + 2), "the comment is not closed");
                }
                at = end + 2;
            } else {
                return;
            }
        }
    }

    /// Passes spaces, comments and line breaks.
    void skipLines() throws BakeException {
        boolean before = multiline;
        multiline = true;
        skip();
        multiline = before;
    }

    /// The name that is next, or null.
    @Nullable String name() {
        if (!isNameStart(peek())) {
            return null;
        }
        int start = at;
        while (!atEnd() && isNamePart(peek())) {
            at++;
        }
        return text.substring(start, at);
    }

    /// Whether the word `keyword` is next, not as the start of a longer one.
    boolean looksAtWord(String keyword) {
        int end = at + keyword.length();
        return looksAt(keyword) && (end >= text.length() || !isNamePart(text.charAt(end)));
    }

    static boolean isNameStart(char c) {
        return Character.isLetter(c) || c == '_';
    }

    static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-';
    }

    /// Guards against text that nests deeper than the stack; [#leave()] undoes it.
    void enter() throws BakeException {
        if (++depth > MAX_DEPTH) {
            throw BakeException.at(here(), "this is nested too deeply");
        }
    }

    void leave() {
        depth--;
    }
}
