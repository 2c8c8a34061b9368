package dev.slipway.dockerfile;

import java.util.ArrayList;
import java.util.List;

/// Applies changes to a text.
public final class Edits {
    private Edits() {}

    /// Returns `text` with all `edits` made, in any order; several insertions at one place are made
    /// in the order given. What no edit covers is kept byte for byte.
    ///
    /// @throws IllegalArgumentException if two edits overlap, or one lies outside the text
    public static String apply(String text, List<Edit> edits) {
        List<Edit> sorted = new ArrayList<>(edits);
        sorted.sort(Edits::compare);
        StringBuilder out = new StringBuilder(text.length() + 64);
        int at = 0;
        for (Edit edit : sorted) {
            int start = edit.range().start().offset();
            int end = edit.range().end().offset();
            if (start < at || end > text.length()) {
                throw new IllegalArgumentException(
                        "edit at " + edit.range() + " overlaps another or lies outside the text");
            }
            out.append(text, at, start).append(edit.replacement());
            at = end;
        }
        return out.append(text, at, text.length()).toString();
    }

    // An insertion comes before the change of what follows it.
    private static int compare(Edit a, Edit b) {
        int byStart = a.range().start().compareTo(b.range().start());
        return byStart != 0 ? byStart : a.range().end().compareTo(b.range().end());
    }
}
