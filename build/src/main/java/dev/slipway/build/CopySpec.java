package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What one COPY or ADD asks for, with every variable expanded.
///
/// @param add whether it is an ADD
/// @param sources as written; relative to the root of the source tree, may hold wildcards
/// @param inlineFiles heredocs, which are copied after `sources`
/// @param destination as written: a trailing slash means a directory
/// @param workingDir absolute; where a relative destination starts
/// @param chown `user[:group]` as written; null: 0:0, or as in the source stage
/// @param chmod octal or symbolic, as written; null: as in the source
/// @param link whether the result may not depend on what lies below it
/// @param parents whether the directories of a source are made at the destination
/// @param excludes patterns of what is left out
/// @param unpack whether archives are unpacked; null: local archives of an ADD are
/// @param checksum what an ADD of a URL or of a repository must hold; null: anything
/// @param keepGitDir whether an ADD of a repository keeps `.git`; null: no
record CopySpec(
        boolean add,
        List<String> sources,
        List<InlineFile> inlineFiles,
        String destination,
        String workingDir,
        @Nullable String chown,
        @Nullable String chmod,
        boolean link,
        boolean parents,
        List<String> excludes,
        @Nullable Boolean unpack,
        @Nullable String checksum,
        @Nullable Boolean keepGitDir) {
    CopySpec {
        sources = List.copyOf(sources);
        inlineFiles = List.copyOf(inlineFiles);
        excludes = List.copyOf(excludes);
    }

    /// The same with other sources, or fewer.
    ///
    /// @param unpacked whether archives among them are unpacked; null: as for any source
    CopySpec with(List<String> others, List<InlineFile> inline, @Nullable Boolean unpacked) {
        return new CopySpec(
                add,
                others,
                inline,
                destination,
                workingDir,
                chown,
                chmod,
                link,
                parents,
                excludes,
                unpacked,
                checksum,
                keepGitDir);
    }

    /// A file written in the Dockerfile itself. Its mode is 0644 unless `chmod` says otherwise.
    record InlineFile(String name, String content) {}
}
