package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Markers of here-documents: `<<EOF`, `<<-EOF`, `3<<EOF`, with quotes anywhere in the name.
final class Heredocs {
    /// A marker, at `start` to `end` of the line it was found in.
    record Marker(
            String name,
            int fileDescriptor,
            boolean expand,
            boolean stripTabs,
            int start,
            int end) {}

    private Heredocs() {}

    /// Returns the markers in a line, in order; none if its quotes do not match.
    static List<Marker> markers(String line) {
        if (!line.contains("<<")) {
            return List.of();
        }
        WordList words = new WordList();
        try {
            new WordLexer(line, '\\', WordLexer.Quotes.KEEP, true, null, words).run();
        } catch (ExpansionException e) {
            return List.of();
        }
        List<Marker> markers = new ArrayList<>();
        for (int i = 0; i < words.words().size(); i++) {
            String word = words.words().get(i);
            Marker marker = marker(word, words.start(i), words.end(i, line.length()));
            if (marker != null) {
                markers.add(marker);
            }
        }
        return markers;
    }

    /// Returns whether the whole of `word` is a marker.
    static boolean isMarker(String word) {
        return marker(word, 0, word.length()) != null;
    }

    /// Returns the name in a marker, or null if `word` is none.
    static @Nullable String nameIn(String word) {
        Marker marker = marker(word, 0, word.length());
        return marker == null ? null : marker.name();
    }

    private static @Nullable Marker marker(String word, int start, int end) {
        int at = 0;
        while (at < word.length() && Chars.isDigit(word.charAt(at))) {
            at++;
        }
        if (!word.startsWith("<<", at) || word.indexOf('<', at + 2) >= 0) {
            return null;
        }
        boolean stripTabs = word.startsWith("-", at + 2);
        String rest = word.substring(at + (stripTabs ? 3 : 2));
        String name = onlyWord(rest, WordLexer.Quotes.REMOVE);
        String quoted = onlyWord(rest, WordLexer.Quotes.KEEP);
        if (name == null || quoted == null) {
            return null;
        }
        boolean expand = quotesIn(name) == quotesIn(quoted);
        return new Marker(name, descriptor(word, at), expand, stripTabs, start, end);
    }

    private static @Nullable String onlyWord(String text, WordLexer.Quotes quotes) {
        WordList words = new WordList();
        try {
            new WordLexer(text, '\\', quotes, false, null, words).run();
        } catch (ExpansionException e) {
            return null;
        }
        return words.words().size() == 1 ? words.words().getFirst() : null;
    }

    private static int quotesIn(String text) {
        int n = 0;
        for (int i = 0; i < text.length(); i++) {
            n += text.charAt(i) == '\'' || text.charAt(i) == '"' ? 1 : 0;
        }
        return n;
    }

    private static int descriptor(String word, int end) {
        long number = 0;
        for (int i = 0; i < end; i++) {
            number = Math.min(number * 10 + (word.charAt(i) - '0'), Integer.MAX_VALUE);
        }
        return (int) number;
    }

    static String withoutLeadingTabs(String content) {
        StringBuilder out = new StringBuilder(content.length());
        boolean lineStart = true;
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
            if (!lineStart || c != '\t') {
                out.append(c);
                lineStart = c == '\n';
            }
        }
        return out.toString();
    }

    /// Returns `line` followed by its here-documents, as a shell reads them.
    static String appended(String line, List<Heredoc> heredocs) {
        if (heredocs.isEmpty()) {
            return line;
        }
        StringBuilder out = new StringBuilder(line);
        for (Heredoc heredoc : heredocs) {
            out.append('\n').append(heredoc.content()).append(heredoc.name());
        }
        return out.toString();
    }
}
