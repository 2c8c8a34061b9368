package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Files that a step reads where they are: in the build context, or an origin.
///
/// @param partName what they are called in the step's key
/// @param spec which files
/// @param origin where; null: the context
record ContextUse(String partName, CopySpec spec, Step.@Nullable Origin origin) {
    /// What `step` reads.
    static List<ContextUse> of(Step step) {
        if (step instanceof Step.Copy copy) {
            return copies(copy);
        }
        return step instanceof Step.Run run ? mounts(run) : List.of();
    }

    private static List<ContextUse> copies(Step.Copy copy) {
        var uses = new ArrayList<ContextUse>(1);
        for (var part : copy.parts()) {
            if (part.isOfContext() && !part.spec().sources().isEmpty()) {
                uses.add(of(part));
            }
        }
        return uses;
    }

    /// The files of a part of a COPY.
    static ContextUse of(CopyPart part) {
        return new ContextUse(
                part.name(), part.spec(), part.from() instanceof Step.Origin o ? o : null);
    }

    /// Whether its content is known by a name before it is read.
    boolean isIdentified() throws BuildException, InterruptedException {
        return origin != null && origin.files().identity() != null;
    }

    private static List<ContextUse> mounts(Step.Run run) {
        var uses = new ArrayList<ContextUse>();
        var mounts = run.spec().mounts();
        for (int i = 0; i < mounts.size(); i++) {
            if (mounts.get(i) instanceof RunMount.Bind bind && isOfContext(bind)) {
                uses.add(ofMount(i, bind.from(), bind.source()));
            }
        }
        return uses;
    }

    /// Whether a mount's files are read where they are, rather than out of layers.
    static boolean isOfContext(RunMount.Bind bind) {
        return bind.from() == null || bind.from() instanceof Step.Origin;
    }

    /// The files of mount number `index` of a RUN.
    static ContextUse ofMount(int index, @Nullable Step from, String source) {
        return new ContextUse(
                "files of mount " + index,
                wholeOf(source),
                from instanceof Step.Origin origin ? origin : null);
    }

    /// All that is at `source`, copied to the root of an empty tree: a directory's contents, or the
    /// one file.
    static CopySpec wholeOf(String source) {
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
