package dev.slipway.lint.model;

import dev.slipway.dockerfile.Heredoc;
import dev.slipway.dockerfile.Range;
import dev.slipway.dockerfile.Word;

import java.util.Arrays;
import java.util.List;

/// A script put together from pieces of a Dockerfile, and the way back to where each character is.
public final class ScriptText {
    private final String text;
    private final int[] starts;
    private final int[] offsets;
    private final int pieces;

    private ScriptText(Builder builder) {
        this.text = builder.text.toString();
        this.starts = builder.starts;
        this.offsets = builder.offsets;
        this.pieces = builder.pieces;
    }

    /// Returns the script.
    public String text() {
        return text;
    }

    /// Returns the offset in the file of the character at `index` of the script.
    public int offset(int index) {
        if (pieces == 0) {
            return 0;
        }
        int found = Arrays.binarySearch(starts, 0, pieces, index);
        int piece = Math.max(0, found >= 0 ? found : -found - 2);
        return offsets[piece] < 0 ? -offsets[piece] : offsets[piece] + index - starts[piece];
    }

    /// Returns the offset in the file behind the character before `index`.
    public int endOffset(int index) {
        return index <= 0 ? offset(0) : offset(index - 1) + 1;
    }

    /// Makes the script of a shell form: its lines joined as the builder joins them.
    ///
    /// @param line the joined line, with where it begins and ends
    static ScriptText ofLine(String file, char escape, Word line) {
        Builder builder = new Builder(file);
        builder.addJoined(escape, line);
        return new ScriptText(builder);
    }

    /// Makes the script of a shell form whose here-documents the shell reads.
    static ScriptText ofLine(String file, char escape, Word line, List<Heredoc> heredocs) {
        Builder builder = new Builder(file);
        builder.addJoined(escape, line);
        for (Heredoc heredoc : heredocs) {
            builder.addFixed("\n", heredoc.contentRange().start().offset());
            builder.add(heredoc.contentRange());
            builder.addFixed(heredoc.name(), heredoc.contentRange().end().offset());
        }
        return new ScriptText(builder);
    }

    /// Makes the script that is a here-document.
    static ScriptText ofHeredoc(String file, Heredoc heredoc) {
        Builder builder = new Builder(file);
        int at = heredoc.contentRange().start().offset();
        int end = heredoc.contentRange().end().offset();
        while (at < end) {
            int newline = file.indexOf('\n', at);
            int next = newline < 0 || newline >= end ? end : newline + 1;
            while (heredoc.stripTabs() && at < next && file.charAt(at) == '\t') {
                at++;
            }
            builder.add(at, next);
            at = next;
        }
        return new ScriptText(builder);
    }

    /// Makes a script of the words of an exec form, with blanks between them.
    static ScriptText ofWords(String file, List<Word> words) {
        Builder builder = new Builder(file);
        for (Word word : words) {
            if (builder.text.length() > 0) {
                builder.addFixed(" ", word.range().start().offset());
            }
            int quote = word.range().start().offset() + 1;
            boolean asWritten = file.startsWith(word.text(), quote);
            if (asWritten) {
                builder.add(quote, quote + word.text().length());
            } else {
                builder.addFixed(word.text(), word.range().start().offset());
            }
        }
        return new ScriptText(builder);
    }

    private static final class Builder {
        private final String file;
        private final StringBuilder text = new StringBuilder();
        private int[] starts = new int[4];
        private int[] offsets = new int[4];
        private int pieces;

        Builder(String file) {
            this.file = file;
        }

        private void piece(int offset) {
            if (pieces == starts.length) {
                starts = Arrays.copyOf(starts, pieces * 2);
                offsets = Arrays.copyOf(offsets, pieces * 2);
            }
            starts[pieces] = text.length();
            offsets[pieces++] = offset;
        }

        void add(Range range) {
            add(range.start().offset(), range.end().offset());
        }

        void add(int start, int end) {
            if (end > start) {
                piece(start);
                text.append(file, start, end);
            }
        }

        // Characters that are not in the file as they are here: all of them are at one place.
        void addFixed(String added, int offset) {
            if (!added.isEmpty()) {
                piece(offset == 0 ? 0 : -offset);
                text.append(added);
            }
        }

        // Follows the joined line through the file: where they part, a continuation was taken out.
        void addJoined(char escape, Word line) {
            String joined = line.text();
            int at = line.range().start().offset();
            int index = 0;
            while (index < joined.length()) {
                int end = at;
                int stop = pieceEnd(escape, at);
                int length = Math.min(stop - at, joined.length() - index);
                end += Math.max(0, length);
                if (length > 0 && file.startsWith(joined.substring(index, index + length), at)) {
                    add(at, end);
                    index += length;
                } else if (length > 0) {
                    addFixed(joined.substring(index), at);
                    return;
                }
                int next = nextPiece(stop);
                if (next < 0 && index < joined.length()) {
                    addFixed(joined.substring(index), Math.min(at, file.length()));
                    return;
                }
                at = next;
            }
        }

        // The end of what the line at `at` gives: where its continuation is, or its end.
        private int pieceEnd(char escape, int at) {
            int newline = file.indexOf('\n', at);
            int end = newline < 0 ? file.length() : newline;
            while (end > at && file.charAt(end - 1) == '\r') {
                end--;
            }
            int last = end;
            while (last > at && (file.charAt(last - 1) == ' ' || file.charAt(last - 1) == '\t')) {
                last--;
            }
            boolean continued =
                    last > at
                            && file.charAt(last - 1) == escape
                            && !(last - 1 > at && file.charAt(last - 2) == escape);
            return continued ? last - 1 : end;
        }

        // The next line that is neither empty nor a comment; -1 if there is none.
        private int nextPiece(int from) {
            int newline = file.indexOf('\n', from);
            while (newline >= 0) {
                int at = newline + 1;
                int content = at;
                while (content < file.length() && isBlank(file.charAt(content))) {
                    content++;
                }
                boolean skipped =
                        content < file.length()
                                && (file.charAt(content) == '#' || file.charAt(content) == '\n');
                if (!skipped) {
                    return at < file.length() ? at : -1;
                }
                newline = file.indexOf('\n', content);
            }
            return -1;
        }

        private static boolean isBlank(char c) {
            return c == ' ' || c == '\t' || c == '\r';
        }
    }
}
