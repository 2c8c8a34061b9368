package dev.slipway.image;

import dev.slipway.linux.Fd;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/// Writes a new layer as a canonical tar: the same calls give the same bytes and so the same
/// diffID. The digest is taken on the way, and nothing is seen of the layer before [#seal]. Not for
/// use by several threads.
///
/// Paths must come in tree order ([RawPath#compareTree]) and once. Parents that are not put are
/// implied: they keep the attributes they have below.
public interface LayerWriter extends AutoCloseable {
    /// Adds a file. Its hard link group is not looked at: say [#hardLink] for further names.
    ///
    /// @param content of exactly `entry.size()` bytes, read but not closed; null for all but
    ///   regular files, and allowed for empty ones
    /// @throws dev.slipway.image.tar.ContentSizeException if `content` is longer or shorter
    /// @throws LayerException if the name means something else in a layer (`.wh.…`), or it is a
    ///   socket
    /// @throws IllegalArgumentException if it comes out of order, or lies below what is no
    ///   directory
    void put(FileEntry entry, @Nullable InputStream content) throws IOException;

    /// As [#put(FileEntry, InputStream)], with the content of a file from its start on, copied
    /// inside the kernel where that can. Not closed; what comes after `entry.size()` bytes is not
    /// looked at.
    ///
    /// @param also gets the bytes that are now in the layer; null: nothing does
    /// @throws java.io.EOFException if the file is shorter
    void put(FileEntry entry, Fd content, @Nullable MessageDigest also) throws IOException;

    /// Says what the SHA-256 of the content put last is, so that a later layer may take it from
    /// this one.
    default void contentDigest(byte[] sha256) {}

    /// Adds a regular file whose content has this SHA-256, if the layer that this one resembles has
    /// it at the same place.
    ///
    /// @return false, with nothing done, if it has not: [#put] it then
    default boolean reuse(FileEntry entry, byte[] sha256) throws IOException {
        return false;
    }

    /// Adds those of `files`, from number `from` on, that the layer which this one resembles has
    /// just as they are, up to the first that it has not.
    ///
    /// @return the number of that one, which is to be [#put]; or how many there are
    default int reuse(FileList files, int from) throws IOException {
        return from;
    }

    /// Whether there is a layer that this one resembles.
    default boolean isLikeAnother() {
        return false;
    }

    /// Adds another name of the file put at `existing`.
    ///
    /// @param entry whose path counts, and whose attributes a tar repeats
    void hardLink(FileEntry entry, RawPath existing) throws IOException;

    /// Removes what the layers below have at `path`.
    void whiteout(RawPath path) throws IOException;

    /// Hides what the layers below hold in `directory`, which must be what was put last.
    void opaque(RawPath directory) throws IOException;

    /// The number of tar bytes so far.
    long size();

    /// Ends the layer and puts it into the store, if it is not there already.
    Layer seal() throws IOException;

    /// Drops what was written unless it was sealed. Idempotent.
    @Override
    void close() throws IOException;
}
