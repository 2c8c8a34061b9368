package dev.slipway.build;

import dev.slipway.image.FileTree;
import dev.slipway.image.LayerWriter;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.function.Consumer;

/// The files that one COPY or ADD takes from a source tree: found, but not yet read.
///
/// It may be asked for its digest alone (a cached step), or for the copy as well; the source stays
/// open for as long as it is in use. Content is read once, by whichever comes first: where nothing
/// can be in the cache, copy first and ask for the digest afterwards.
interface CopySelection {
    /// Names what was selected, in hex: relative names, types, modes, owners, link targets,
    /// extended attributes and content; not times. Does not depend on what lies at the destination.
    String contentDigest() throws IOException, InterruptedException;

    /// How many files were selected, directories included.
    long fileCount();

    /// Tells `visitor` of each selected file in a fixed order, for explaining what changed.
    void forEachFile(Consumer<InputFile> visitor) throws IOException, InterruptedException;

    /// Adds what was selected to a copy.
    void addTo(CopyOperation copy) throws IOException, CopyException, InterruptedException;

    /// Whether it was selected from `tree`.
    boolean isOf(SourceTree tree);

    /// What is known of the content of `tree`.
    ///
    /// @throws IllegalArgumentException unless it was selected from that
    ContentDigests digests(SourceTree tree);

    /// Makes the copy.
    ///
    /// @param layer where to; entries go in tree order; not sealed here
    /// @param below the files the destination lies in, for following its links, for finding what is
    ///   there already, and for the names in `--chown`
    /// @param latest no time in the layer may be after it; null: no limit
    void writeTo(LayerWriter layer, FileTree below, @Nullable Timespec latest)
            throws IOException, CopyException, InterruptedException;
}
