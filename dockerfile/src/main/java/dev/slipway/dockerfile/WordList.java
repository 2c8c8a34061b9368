package dev.slipway.dockerfile;

import java.util.ArrayList;
import java.util.List;

/// Collects words and where in the text they are.
final class WordList {
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private int[] starts = new int[8];
    private int[] ends = new int[8];
    private int start;

    /// Adds a character that ends the word if it is a space.
    void add(char c, int at) {
        if (Chars.isSpace(c)) {
            end(at);
        } else {
            begin(at);
            word.append(c);
        }
    }

    /// Adds what belongs to the word whatever it is: from `from` to the end of `text`.
    void add(CharSequence text, int from, int at) {
        if (from < text.length()) {
            begin(at);
            word.append(text, from, text.length());
        }
    }

    /// Adds the value of a variable, which may be several words.
    void addSplit(String value, int at) {
        for (int i = 0; i < value.length(); i++) {
            add(value.charAt(i), at);
        }
    }

    private void begin(int at) {
        if (word.isEmpty()) {
            start = at;
        }
    }

    /// Ends the word, if one has begun.
    void end(int at) {
        if (word.isEmpty()) {
            return;
        }
        int n = words.size();
        if (n == starts.length) {
            starts = java.util.Arrays.copyOf(starts, n * 2);
            ends = java.util.Arrays.copyOf(ends, n * 2);
        }
        starts[n] = start;
        ends[n] = at;
        words.add(word.toString());
        word.setLength(0);
    }

    List<String> words() {
        return words;
    }

    int start(int index) {
        return starts[index];
    }

    int end(int index, int fallback) {
        return index < words.size() ? ends[index] : fallback;
    }
}
