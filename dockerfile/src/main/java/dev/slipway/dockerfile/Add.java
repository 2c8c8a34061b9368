package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// `ADD`. Strings are still to be expanded.
///
/// @param sources paths, patterns, URLs and git references, in the order written
/// @param heredocs files given in place, each named after its terminator
/// @param chown `user[:group]`; null if not given
/// @param chmod octal or symbolic; null if not given
/// @param checksum the digest a remote source must have; null if not given
/// @param keepGitDir null if not given
/// @param unpack whether archives are unpacked; null if not given: local ones are, others not
/// @param excludes patterns, in the order written
public record Add(
        InstructionSource source,
        List<String> sources,
        String destination,
        List<Heredoc> heredocs,
        @Nullable String chown,
        @Nullable String chmod,
        boolean link,
        @Nullable String checksum,
        @Nullable Boolean keepGitDir,
        @Nullable Boolean unpack,
        List<String> excludes)
        implements Instruction {
    public Add {
        sources = List.copyOf(sources);
        heredocs = List.copyOf(heredocs);
        excludes = List.copyOf(excludes);
    }
}
