package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/// What an editor's documents are looked at with.
@FunctionalInterface
public interface Workspace {
    /// Returns a linter that knows what the files and images are now.
    ///
    /// @param folder of the editor that a document is in, where its configuration is; null if it is
    ///   in none
    /// @throws ConfigException if the configuration is wrong
    Linter linter(@Nullable Path folder) throws ConfigException;
}
