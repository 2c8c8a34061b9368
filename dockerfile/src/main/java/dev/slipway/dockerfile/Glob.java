package dev.slipway.dockerfile;

/// A pattern for paths as `COPY` takes it: `*`, `?`, `[a-z]`, `[^a-z]` and `\`, where a star and a
/// question mark match no slash (Go's `filepath.Match`).
public final class Glob {
    private final PathPattern pattern;

    private Glob(PathPattern pattern) {
        this.pattern = pattern;
    }

    /// Compiles a pattern.
    ///
    /// @throws IgnorePatternException if the pattern is malformed
    public static Glob compile(String pattern) throws IgnorePatternException {
        PathPattern compiled =
                pattern.length() > IgnorePatterns.MAX_PATTERN
                        ? null
                        : PatternCompiler.compile(pattern, false);
        if (compiled == null) {
            throw new IgnorePatternException(
                    "syntax error in pattern " + Chars.quoted(pattern), pattern, 1);
        }
        return new Glob(compiled);
    }

    /// Returns whether `path` holds a character that means something in a pattern.
    public static boolean hasWildcard(String path) {
        for (int i = 0; i < path.length(); i++) {
            if ("*?[\\".indexOf(path.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    /// Returns whether all of `path` matches.
    public boolean matches(String path) {
        return pattern.matches(path);
    }

    /// Returns whether something beneath `directory` may match.
    ///
    /// @param directory without a slash at its end; not the root
    public boolean mayMatchBeneath(String directory) {
        return pattern.mayMatchBeneath(directory + "/");
    }
}
