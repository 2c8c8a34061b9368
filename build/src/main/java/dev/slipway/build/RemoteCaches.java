package dev.slipway.build;

import dev.slipway.distribution.Registries;
import dev.slipway.distribution.TransferListener;
import dev.slipway.distribution.storage.BlobStorage;
import dev.slipway.image.compress.Compression;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/// Caches outside of the store: where results of steps are looked for besides, and where they are
/// put after the build. None of them can fail a build, unless its user says so.
///
/// @param from read in this order
/// @param to written after the build
/// @param inline whether images hold a cache of their own steps
/// @param registries opens the registries
public record RemoteCaches(
        List<Source> from,
        List<Target> to,
        boolean inline,
        Function<TransferListener, Registries> registries) {
    public RemoteCaches {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    /// Where a cache is.
    public sealed interface Place {}

    /// Under a name in a registry: a cache, or an image that holds one.
    ///
    /// @param reference as for images
    /// @param insecure whether the registry need not prove who it is
    /// @param asIndex whether it is written as an index, for a BuildKit before 0.12
    public record RegistryPlace(String reference, boolean insecure, boolean asIndex)
            implements Place {}

    /// An OCI layout in a directory.
    ///
    /// @param tag of the cache in it
    public record DirectoryPlace(Path directory, String tag) implements Place {}

    /// In a storage that is no registry.
    ///
    /// @param opening opens it
    public record StoragePlace(Opening opening) implements Place {}

    /// Opens a storage for one build, once for reading and once for writing.
    @FunctionalInterface
    public interface Opening {
        /// Opens it; nothing is asked of it yet.
        ///
        /// @throws IOException if it is known that it cannot be used
        BlobStorage open() throws IOException;
    }

    /// A cache to be read.
    ///
    /// @param mounts whether a cache mount that has nothing here begins with what it has there
    public record Source(Place place, boolean mounts) {}

    /// A cache to be written.
    ///
    /// @param all whether it gets all steps (`mode=max`), or those of the result
    /// @param mounts whether it gets the cache mounts that the steps use
    /// @param compression of layers that are not compressed yet; null: gzip
    /// @param forceCompression whether layers that are compressed otherwise are compressed anew
    /// @param mustSucceed whether a failure is the build's, and no warning
    public record Target(
            Place place,
            boolean all,
            boolean mounts,
            @Nullable Compression compression,
            boolean forceCompression,
            boolean mustSucceed) {}
}
