package dev.slipway.lint.shell;

import java.util.ArrayList;
import java.util.List;

/// Where reading is in a script, and what was found wrong so far.
final class Cursor {
    private static final int MAX_PROBLEMS = 100;
    private static final int MAX_DEPTH = 60;

    final String text;
    final List<ShellProblem> problems = new ArrayList<>();
    final List<PendingHeredoc> heredocs = new ArrayList<>();
    final List<ShellWord> bodies = new ArrayList<>();
    int at;
    int limit;
    private int depth;

    Cursor(String text) {
        this.text = text;
        this.limit = text.length();
    }

    boolean atEnd() {
        return at >= limit;
    }

    /// Returns the next character, or 0 at the end.
    char peek() {
        return at < limit ? text.charAt(at) : 0;
    }

    /// Returns the character `ahead` of the next one, or 0 behind the end.
    char peek(int ahead) {
        return at + ahead < limit ? text.charAt(at + ahead) : 0;
    }

    boolean looksAt(String what) {
        return at + what.length() <= limit && text.startsWith(what, at);
    }

    void problem(String message, int start, int end) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(new ShellProblem(message, start, Math.max(start, end)));
        }
    }

    /// Goes one level deeper; false if that is too deep, and then all that is left is skipped.
    boolean enter() {
        if (depth < MAX_DEPTH) {
            depth++;
            return true;
        }
        problem("nested too deeply", at, Math.min(at + 1, limit));
        at = limit;
        return false;
    }

    void leave() {
        depth--;
    }

    /// Skips blanks, line continuations and a comment; line ends stay.
    void skipBlanks() {
        while (at < limit) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t' || c == '\r') {
                at++;
            } else if (c == '\\' && peek(1) == '\n') {
                at += 2;
            } else if (c == '#' && startsWord()) {
                int end = text.indexOf('\n', at);
                at = end < 0 || end > limit ? limit : end;
            } else {
                return;
            }
        }
    }

    private boolean startsWord() {
        if (at == 0) {
            return true;
        }
        char before = text.charAt(at - 1);
        return before == ' ' || before == '\t' || before == '\n' || ";&|()`".indexOf(before) >= 0;
    }

    /// Takes a line end and the here-documents that begin behind it.
    void newline(WordReader words) {
        at++;
        if (!heredocs.isEmpty()) {
            List<PendingHeredoc> pending = List.copyOf(heredocs);
            heredocs.clear();
            for (PendingHeredoc heredoc : pending) {
                heredoc.read(this, words);
            }
        }
    }

    /// A here-document whose lines are still to come.
    static final class PendingHeredoc {
        private final String delimiter;
        private final boolean stripTabs;
        private final boolean expand;

        PendingHeredoc(String delimiter, boolean stripTabs, boolean expand) {
            this.delimiter = delimiter;
            this.stripTabs = stripTabs;
            this.expand = expand;
        }

        private void read(Cursor cursor, WordReader words) {
            int start = cursor.at;
            int line = start;
            while (line < cursor.limit) {
                int newline = cursor.text.indexOf('\n', line);
                int end = newline < 0 || newline > cursor.limit ? cursor.limit : newline;
                if (isDelimiter(cursor.text, line, end)) {
                    break;
                }
                line = Math.min(end + 1, cursor.limit);
            }
            cursor.bodies.add(new ShellWord(content(cursor, words, start, line), start, line));
            int newline = cursor.text.indexOf('\n', line);
            cursor.at = newline < 0 || newline >= cursor.limit ? cursor.limit : newline + 1;
        }

        private List<ShellWord.Part> content(Cursor cursor, WordReader words, int start, int end) {
            if (!expand) {
                String literal = cursor.text.substring(start, end);
                return List.of(new ShellWord.Single(literal, false, start, end));
            }
            return words.partsWithin(start, end);
        }

        private boolean isDelimiter(String text, int line, int lineEnd) {
            int from = line;
            int end = lineEnd > line && text.charAt(lineEnd - 1) == '\r' ? lineEnd - 1 : lineEnd;
            while (stripTabs && from < end && text.charAt(from) == '\t') {
                from++;
            }
            return end - from == delimiter.length() && text.startsWith(delimiter, from);
        }
    }
}
