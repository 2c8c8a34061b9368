package dev.slipway.lint;

import dev.slipway.dockerfile.IgnorePatterns;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What is known of a build context. Files may share one: it is used by several threads.
public interface ContextFiles {
    /// A file of the context.
    ///
    /// @param path relative, with slashes
    record File(String path, long sizeBytes) {}

    /// Returns the patterns of its ignore file; none if it has none.
    IgnorePatterns ignored();

    /// Returns its files, ignored ones left out, in the order of their paths; null if they are not
    /// known or too many.
    @Nullable List<File> files();

    /// Returns the names in its root, ignored ones among them; none if they are not known.
    default List<String> names() {
        return List.of();
    }
}
