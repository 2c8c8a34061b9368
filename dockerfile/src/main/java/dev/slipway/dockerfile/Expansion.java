package dev.slipway.dockerfile;

import java.util.List;
import java.util.Set;

/// What [Expander#process] made of a text.
///
/// @param text the text with variables replaced and quotes removed
/// @param words the same, split at blanks outside quotes
/// @param used names that the environment had, in the order of use
/// @param unset names that it did not have, in the order of use; also those with a default
public record Expansion(String text, List<String> words, Set<String> used, Set<String> unset) {
    public Expansion {
        words = List.copyOf(words);
    }
}
