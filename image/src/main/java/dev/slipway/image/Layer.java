package dev.slipway.image;

import dev.slipway.image.compress.Compression;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// A layer in the store. It has one meaning, its [#index], and up to two forms, each made when
/// first needed: a tar, kept as a blob, compressed or not, or made on the fly; and what overlayfs
/// takes, a tree of files or a file system on top of the tar. Safe for use by several threads and
/// processes.
public interface Layer {
    /// The digest of the uncompressed tar: the layer's identity.
    Digest diffId();

    /// The size of the uncompressed tar in bytes.
    long size();

    /// What the layer changes, and where its content is.
    LayerIndex index() throws IOException;

    /// The uncompressed tar, always the same bytes. The caller closes it.
    InputStream openTar() throws IOException;

    /// The content of a regular file that this layer puts. The caller closes it.
    ///
    /// @throws java.nio.file.NoSuchFileException if the layer puts no regular file there
    InputStream openFile(RawPath path) throws IOException;

    /// The layer's files as a lower directory for overlayfs, read-only by agreement; unpacked when
    /// first needed. To mount layers, ask [Layers#lowers] instead, which may do without.
    Path tree() throws IOException;

    /// The layer's files as overlayfs takes them; made when first needed. A tree that is there
    /// already is used, else what the store prefers and the layer can be ([LowerForm]). To mount
    /// several layers, ask [Layers#lowers] instead, which knows what they say of each other's
    /// directories.
    Lower lower() throws IOException;

    /// What the store knows to be this layer compressed, or its tar as it is, and has as a blob.
    List<Descriptor> blobs() throws IOException;

    /// The blob that the same compressor once made of the layer, whether the store has it or not;
    /// null if it made none that the store knows of. It would make the same again.
    @Nullable Descriptor remembered(Compression compression) throws IOException;

    /// The layer as a blob compressed so; made if the store has none yet from the same compressor.
    default Descriptor compress(Compression compression) throws IOException {
        return compress(compression, null);
    }

    /// The same, for one who can make use of the beginning.
    ///
    /// @param follower is given the blob before its first byte is there, if it has to be made; it
    ///   closes it, some time. What it says it took ([GrowingBlob#taken]) need not be in the store
    ///   afterwards, if it is not worth the space. Null: nobody
    Descriptor compress(Compression compression, @Nullable Consumer<GrowingBlob> follower)
            throws IOException;
}
