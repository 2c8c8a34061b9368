package dev.slipway.lint;

import dev.slipway.dockerfile.Edit;

import java.util.List;

/// A change that makes a finding go away.
///
/// @param title what it does, as an imperative
/// @param edits of the file's text; they do not overlap
public record Fix(FixKind kind, String title, List<Edit> edits) {
    public Fix {
        edits = List.copyOf(edits);
    }
}
