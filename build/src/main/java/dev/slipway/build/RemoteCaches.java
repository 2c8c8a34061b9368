package dev.slipway.build;

import dev.slipway.distribution.Registries;
import dev.slipway.distribution.TransferListener;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/// Caches outside of the store: where results of steps are looked for besides, and where they are
/// put after the build. None of them can fail a build, unless its user says so.
///
/// @param from read in this order
/// @param to written after the build
/// @param registries opens the registries
public record RemoteCaches(
        List<Place> from, List<Target> to, Function<TransferListener, Registries> registries) {
    public RemoteCaches {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    /// Where a cache is.
    public sealed interface Place {}

    /// Under a name in a registry.
    ///
    /// @param reference as for images
    /// @param insecure whether the registry need not prove who it is
    public record RegistryPlace(String reference, boolean insecure) implements Place {}

    /// An OCI layout in a directory.
    ///
    /// @param tag of the cache in it
    public record DirectoryPlace(Path directory, String tag) implements Place {}

    /// A cache to be written.
    ///
    /// @param all whether it gets all steps (`mode=max`), or those of the result
    /// @param ignoreErrors whether a failure is a warning
    public record Target(Place place, boolean all, boolean ignoreErrors) {}
}
