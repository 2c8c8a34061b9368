package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// Where the files of an origin are, and how they get here. Thread-safe.
interface OriginFiles {
    /// For people: a directory, an address without credentials.
    String description();

    /// What a step's key calls it. It does not change with what cannot change the result, such as a
    /// signature in an address.
    String keyName();

    /// Whether they must be brought here, which takes time.
    boolean isRemote();

    /// What names the files for certain before they are here, such as the commit of a repository;
    /// null: only they themselves.
    @Nullable KeyPart identity() throws BuildException, InterruptedException;

    /// Has the files here.
    Opened open() throws BuildException, IOException, CopyException, InterruptedException;

    /// Files that are here.
    ///
    /// @param bytes how many had to be transferred; 0: none, they were here
    /// @param held what keeps them; closed after the last use
    record Opened(ContextRoot root, long bytes, AutoCloseable held) {}

    /// What a lock can say of it; null: nothing, or it is pinned already.
    default @Nullable OpenSource openSource() {
        return null;
    }

    /// What provenance says of it; null: nothing, or it was not needed.
    default ProvenanceSteps.@Nullable Material material() {
        return null;
    }

    /// Whether what was selected is as it should be; damage shows here.
    default void verify(CopySelection selection)
            throws BuildException, IOException, InterruptedException {}
}
