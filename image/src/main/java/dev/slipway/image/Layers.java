package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The layers in the store, by diffID.
public interface Layers {
    /// The layer, if it is here. Looking does not keep it from the collector; reading it does, and
    /// [Lease#use] does for who only goes on to name it.
    Optional<Layer> find(Digest diffId) throws IOException;

    /// All layers, sorted by diffID.
    List<Digest> list() throws IOException;

    /// Starts a new layer.
    LayerWriter create() throws IOException;

    /// Starts a new layer that will hold much of what another holds: [LayerWriter#reuse].
    LayerWriter createLike(Digest diffId) throws IOException;

    /// Makes an empty upper directory for an overlay over `lower`. Its root has the attributes of
    /// lower's root, which it will hide: of a directory made otherwise they would become a change.
    ///
    /// @param upper does not exist yet; its parent does
    void makeUpper(Path upper, FileTree lower) throws IOException;

    /// Makes a layer of the upper directory of an overlay, without copying: the directory is
    /// renamed into the store, even if an equal layer is there already. Its canonical tar is
    /// digested, not written.
    ///
    /// What is no change against `lower` is no part of the layer: directories only copied up on the
    /// way to a change, whiteouts of what does not exist. Nor are sockets and overlayfs's
    /// attributes.
    ///
    /// @param upper on the store's file system, no longer mounted; gone afterwards
    /// @param lower what the overlay had below
    /// @throws LayerException if the directory holds what no layer can say: a name that starts with
    ///   `.wh.`, or a file that overlayfs keeps elsewhere (`redirect_dir`, `metacopy`)
    Layer adoptTree(Path upper, FileTree lower) throws IOException;

    /// Takes in a layer from outside: read once, kept as it is, and seen only when its size, its
    /// digest and its diffID are right and its tar makes sense.
    ///
    /// @param blob the tar, compressed or not, as it is said by `expected`; not closed
    /// @param expectedDiffId null if not known
    /// @throws ImageException if anything is not as expected
    Layer add(InputStream blob, Descriptor expected, @Nullable Digest expectedDiffId)
            throws IOException;

    /// As [#add(InputStream, Descriptor, Digest)], for a layer that comes in pieces: `part` holds
    /// its beginning, which may be nothing, and gets the rest. If reading `rest` fails, `part`
    /// keeps what came; if the content is not as expected, `part` is to be restarted.
    ///
    /// @param part of [Blobs#resume]; closed by the caller
    /// @param rest what follows in the blob; not closed
    Layer add(
            BlobWriter part, InputStream rest, Descriptor expected, @Nullable Digest expectedDiffId)
            throws IOException;

    /// The lower parts of an overlay that shows these layers, topmost first, as overlayfs wants
    /// them, made if they are not there yet. One directory more may come first: some layers say
    /// nothing of directories that they have files in, and that one has their attributes.
    ///
    /// @param bottomFirst in the order of a manifest
    List<Lower> lowers(List<Layer> bottomFirst) throws IOException;
}
