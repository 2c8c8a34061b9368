package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The patterns of a `.dockerignore`.
///
/// Paths are text (decode the bytes of file names as UTF-8), relative to the context, with slashes,
/// without `./` or a leading slash. The last pattern that matches a path or a directory above it
/// decides.
public final class IgnorePatterns {
    /// Nothing is ignored.
    public static final IgnorePatterns NONE = new IgnorePatterns(List.of());

    private final List<String> lines;

    private IgnorePatterns(List<String> lines) {
        this.lines = lines;
    }

    /// Reads the text of an ignore file.
    ///
    /// @throws IgnorePatternException if a pattern is malformed
    public static IgnorePatterns parse(String text) throws IgnorePatternException {
        return new IgnorePatterns(text.lines().toList());
    }

    /// Makes patterns of a list, such as the values of `COPY --exclude`.
    ///
    /// @throws IgnorePatternException if a pattern is malformed
    public static IgnorePatterns of(List<String> patterns) throws IgnorePatternException {
        return new IgnorePatterns(List.copyOf(patterns));
    }

    /// Returns whether there is no pattern.
    public boolean isEmpty() {
        return lines.isEmpty();
    }

    /// Returns whether `path` is ignored.
    public boolean ignores(String path) {
        return false;
    }

    /// Returns whether something beneath `directory`, which is ignored, may yet be included again:
    /// a walker must then enter it. Never false for a directory that is not ignored.
    public boolean mayReinclude(String directory) {
        return true;
    }

    /// Returns the pattern that decides about `path`, as written, or null if none matches.
    public @Nullable String decidingPattern(String path) {
        return null;
    }
}
