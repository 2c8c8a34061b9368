package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// An instruction cut into its parts, before anything is asked about their meaning.
///
/// @param keyword null if unknown
/// @param from where it starts in `line`
/// @param to where it ends in `line`
/// @param arguments empty if `broken`
/// @param pairs of `ENV` and `LABEL`
/// @param trigger of `ONBUILD`
/// @param broken whether an error was reported that leaves no arguments
record Draft(
        @Nullable Keyword keyword,
        LogicalLine line,
        int from,
        int to,
        InstructionSplitter.Split split,
        List<Word> arguments,
        boolean json,
        List<ArgumentSplitter.Pair> pairs,
        @Nullable Draft trigger,
        boolean broken) {

    /// Returns whether markers of here-documents mean something in it.
    boolean mayHaveHeredocs() {
        Draft draft = trigger != null ? trigger : this;
        return !draft.json
                && (draft.keyword == Keyword.RUN
                        || draft.keyword == Keyword.COPY
                        || draft.keyword == Keyword.ADD);
    }

    /// Returns where to point at when something is missing or too much: the arguments, or else the
    /// keyword.
    Range place() {
        return split.restStart() < split.restEnd()
                ? line.range(split.restStart(), split.restEnd())
                : split.keyword().range();
    }

    InstructionSource source(Range range, List<Heredoc> heredocs) {
        int start = Chars.skipSpace(line.text(), from, to);
        return new InstructionSource(
                range,
                split.keyword(),
                split.flags(),
                arguments,
                json,
                line.word(split.restStart(), split.restEnd()),
                heredocs,
                line.text().substring(start, Chars.dropSpace(line.text(), start, to)));
    }
}
