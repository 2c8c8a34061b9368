package dev.slipway.image;

import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarEntry.Kind;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.util.Collections;

/// The tar entries in which a layer that we write says what it changes.
final class LayerTar {
    private LayerTar() {}

    static TarEntry file(FileEntry entry) {
        Kind kind =
                switch (entry.type()) {
                    case REGULAR -> Kind.REGULAR;
                    case DIRECTORY -> Kind.DIRECTORY;
                    case SYMLINK -> Kind.SYMLINK;
                    case CHARACTER_DEVICE -> Kind.CHARACTER_DEVICE;
                    case BLOCK_DEVICE -> Kind.BLOCK_DEVICE;
                    case FIFO -> Kind.FIFO;
                    case SOCKET ->
                            throw new IllegalArgumentException("a socket is never in a layer");
                };
        return new TarEntry(
                entry.path(),
                kind,
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.size(),
                entry.mtime(),
                entry.linkTarget(),
                entry.deviceMajor(),
                entry.deviceMinor(),
                entry.xattrs());
    }

    /// Another name for a file; its extended attributes stand at the first.
    static TarEntry hardLink(FileEntry entry, RawPath existing) {
        return plain(entry.path(), Kind.HARD_LINK, entry, existing);
    }

    static TarEntry whiteout(RawPath path) {
        return plain(Whiteouts.marker(path), Kind.REGULAR, null, null);
    }

    static TarEntry opaque(RawPath directory) {
        return plain(Whiteouts.opaqueMarker(directory), Kind.REGULAR, null, null);
    }

    private static TarEntry plain(
            RawPath path, Kind kind, @Nullable FileEntry like, @Nullable RawPath target) {
        return new TarEntry(
                path,
                kind,
                like == null ? 0 : like.mode(),
                like == null ? 0 : like.uid(),
                like == null ? 0 : like.gid(),
                0,
                like == null ? Timespec.EPOCH : like.mtime(),
                target,
                0,
                0,
                Collections.emptySortedMap());
    }
}
