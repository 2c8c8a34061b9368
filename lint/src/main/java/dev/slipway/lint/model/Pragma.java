package dev.slipway.lint.model;

import java.util.List;

/// A comment that tells a linter something.
///
/// @param kind what it does
/// @param codes names of rules; for [Kind#SHELL] the shell
/// @param line where it is, from 1
public record Pragma(Kind kind, List<String> codes, int line) {
    /// What pragmas do.
    public enum Kind {
        /// Ignore on the next instruction, if that begins on the next line: hadolint.
        IGNORE_NEXT,
        /// Ignore in the stage whose `FROM` is on the next line.
        IGNORE_STAGE,
        /// Ignore in the whole file.
        IGNORE_FILE,
        /// Skip checks of the instruction that follows: BuildKit, also among other comments.
        SKIP_NEXT,
        /// Run experimental checks on the instruction that follows.
        EXPERIMENTAL_NEXT,
        /// Ignore on the instruction that follows, whose comments may hold more of them: trivy and
        /// ours.
        IGNORE_BLOCK,
        /// What runs the shell forms from here on.
        SHELL
    }

    public Pragma {
        codes = List.copyOf(codes);
    }
}
