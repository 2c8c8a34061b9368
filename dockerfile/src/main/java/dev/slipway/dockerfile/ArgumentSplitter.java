package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Splits the rest of an instruction into words, in the ways that instructions do.
final class ArgumentSplitter {
    private final LogicalLine line;
    private final String text;
    private final int start;
    private final int end;

    /// @param start where the rest starts, at no space
    /// @param end where it ends, after no space
    ArgumentSplitter(LogicalLine line, int start, int end) {
        this.line = line;
        this.text = line.text();
        this.start = start;
        this.end = end;
    }

    /// Splits at blanks; quotes mean nothing.
    List<Word> atBlanks() {
        List<Word> words = new ArrayList<>();
        int at = start;
        while (at < end) {
            int wordEnd = Chars.findBlank(text, at, end);
            words.add(line.word(at, wordEnd));
            at = Chars.skipBlank(text, wordEnd, end);
        }
        return words;
    }

    /// Returns everything as one word; none if there is nothing.
    List<Word> whole() {
        return start == end ? List.of() : List.of(line.word(start, end));
    }

    /// Returns the words split at spaces outside quotes; quotes and escapes stay in them.
    List<Word> quoted(char escape) {
        List<Bounds> bounds = quotedBounds(escape);
        List<Word> words = new ArrayList<>(bounds.size());
        for (Bounds word : bounds) {
            words.add(word(word, word.start));
        }
        return words;
    }

    private Word word(Bounds bounds, int from) {
        int textEnd = Math.max(from, bounds.dangling ? bounds.end - 1 : bounds.end);
        return new Word(text.substring(from, textEnd), line.range(from, bounds.end));
    }

    // Dangling: the instruction ends with an escape character, which escapes nothing and is
    // dropped.
    private record Bounds(int start, int end, boolean dangling) {}

    private List<Bounds> quotedBounds(char escape) {
        List<Bounds> words = new ArrayList<>();
        int at = Chars.skipSpace(text, start, end);
        while (at < end) {
            int wordEnd = quotedEnd(at, escape);
            words.add(new Bounds(at, Math.min(wordEnd, end), wordEnd > end));
            at = Chars.skipSpace(text, Math.min(wordEnd, end), end);
        }
        return words;
    }

    private int quotedEnd(int from, char escape) {
        char quote = 0;
        int at = from;
        for (; at < end; at++) {
            char c = text.charAt(at);
            if (quote == 0 && Chars.isSpace(c)) {
                break;
            }
            if (quote != 0 ? c == quote : c == '\'' || c == '"') {
                quote = quote == 0 ? c : 0;
            } else if (c == escape && quote != '\'') {
                at++;
            }
        }
        return at;
    }

    /// Returns the pairs of `ENV` and `LABEL`. A word without `=` has a null value; if the first
    /// has none there is one pair, in the form without `=`, or none at all if its value is missing.
    List<Pair> pairs(char escape) {
        List<Bounds> bounds = quotedBounds(escape);
        List<Pair> pairs = new ArrayList<>(bounds.size());
        if (bounds.isEmpty()) {
            return pairs;
        }
        if (equalsIn(bounds.getFirst()) < 0) {
            return legacyPair();
        }
        for (Bounds word : bounds) {
            int equals = equalsIn(word);
            pairs.add(
                    equals < 0
                            ? new Pair(word(word, word.start), null, false)
                            : new Pair(
                                    line.word(word.start, equals), word(word, equals + 1), false));
        }
        return pairs;
    }

    private List<Pair> legacyPair() {
        int keyEnd = Chars.findBlank(text, start, end);
        int value = Chars.skipBlank(text, keyEnd, end);
        if (value == keyEnd) {
            return List.of();
        }
        return List.of(new Pair(line.word(start, keyEnd), line.word(value, end), true));
    }

    private int equalsIn(Bounds word) {
        return text.indexOf('=', word.start, word.end);
    }

    /// A key and its value.
    ///
    /// @param value null if there is no `=`
    record Pair(Word key, @Nullable Word value, boolean legacy) {}
}
