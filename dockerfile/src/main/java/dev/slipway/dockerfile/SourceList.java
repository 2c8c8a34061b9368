package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// What `COPY` and `ADD` name: sources, some of them here-documents, and a destination.
record SourceList(List<String> paths, List<Heredoc> heredocs, String destination) {

    static @Nullable SourceList read(Draft draft, InstructionSource source, Problems problems) {
        List<Word> words = source.arguments();
        if (words.size() < 2) {
            problems.error(
                    draft.keyword()
                            + " requires at least two arguments, but only one was provided."
                            + " Destination could not be determined",
                    draft.place());
            return null;
        }
        Word destination = words.getLast();
        if (!source.json() && Heredocs.isMarker(destination.text())) {
            problems.error(
                    draft.keyword() + " cannot accept a heredoc as a destination",
                    destination.range());
            return null;
        }
        List<String> paths = new ArrayList<>();
        List<Heredoc> heredocs = new ArrayList<>();
        for (Word word : words.subList(0, words.size() - 1)) {
            Heredoc heredoc = source.json() ? null : heredoc(word, source.heredocs());
            if (heredoc != null) {
                heredocs.add(heredoc);
            } else {
                paths.add(word.text());
            }
        }
        return new SourceList(paths, heredocs, destination.text());
    }

    private static @Nullable Heredoc heredoc(Word word, List<Heredoc> heredocs) {
        for (Heredoc heredoc : heredocs) {
            Range marker = heredoc.marker();
            if (marker.contains(word.range()) && word.range().contains(marker)) {
                return heredoc;
            }
        }
        return null;
    }
}
