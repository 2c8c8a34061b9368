package dev.slipway.build;

import java.util.ArrayList;
import java.util.List;

/// A part of the build context that a step reads.
///
/// @param partName what it is called in the step's key
/// @param spec which files
record ContextUse(String partName, CopySpec spec) {
    /// The name of the part that stands for a COPY's files.
    static final String FILES = "files";

    /// What `step` reads of the context.
    static List<ContextUse> of(Step step) {
        if (step instanceof Step.Copy copy) {
            return copy.from() == null && !copy.spec().sources().isEmpty()
                    ? List.of(files(copy))
                    : List.of();
        }
        return step instanceof Step.Run run ? mounts(run) : List.of();
    }

    /// The files of a COPY.
    static ContextUse files(Step.Copy copy) {
        return new ContextUse(FILES, copy.spec());
    }

    private static List<ContextUse> mounts(Step.Run run) {
        var uses = new ArrayList<ContextUse>();
        var mounts = run.spec().mounts();
        for (int i = 0; i < mounts.size(); i++) {
            if (mounts.get(i) instanceof RunMount.Bind bind && bind.from() == null) {
                uses.add(ofMount(i, bind.source()));
            }
        }
        return uses;
    }

    /// The files of mount number `index` of a RUN.
    static ContextUse ofMount(int index, String source) {
        return new ContextUse("files of mount " + index, wholeOf(source));
    }

    /// All that is at `source`, copied to the root of an empty tree: a directory's contents, or the
    /// one file.
    private static CopySpec wholeOf(String source) {
        return new CopySpec(
                false,
                List.of(source),
                List.of(),
                "/",
                "/",
                null,
                null,
                true,
                false,
                List.of(),
                null,
                null,
                null);
    }
}
