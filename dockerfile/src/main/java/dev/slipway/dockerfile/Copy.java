package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// `COPY`. Strings are still to be expanded.
///
/// @param sources paths and patterns, in the order written; here-documents are not among them
/// @param heredocs files given in place, each named after its terminator
/// @param from a stage, its number, an image or a named context; null if not given
/// @param chown `user[:group]`; null if not given
/// @param chmod octal or symbolic; null if not given
/// @param excludes patterns, in the order written
public record Copy(
        InstructionSource source,
        List<String> sources,
        String destination,
        List<Heredoc> heredocs,
        @Nullable String from,
        @Nullable String chown,
        @Nullable String chmod,
        boolean link,
        boolean parents,
        List<String> excludes)
        implements Instruction {
    public Copy {
        sources = List.copyOf(sources);
        heredocs = List.copyOf(heredocs);
        excludes = List.copyOf(excludes);
    }
}
