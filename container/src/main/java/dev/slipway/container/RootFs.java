package dev.slipway.container;

import dev.slipway.image.Lower;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/// What a container's root is made of: an overlay of layers.
///
/// @param lowers the read-only parts, topmost first; at least one
/// @param upper where changes go, in overlayfs form; null: changes go to memory and are dropped at
///   the end
/// @param work an empty directory on the file system of `upper`; null exactly when `upper` is
/// @param scratch whether a power cut may lose `upper`, as in a build: nothing is synced then
public record RootFs(
        List<Lower> lowers, @Nullable Path upper, @Nullable Path work, boolean scratch) {
    public RootFs {
        lowers = List.copyOf(lowers);
        if (lowers.isEmpty()) {
            throw new IllegalArgumentException("a root needs at least one lower part");
        }
        if ((upper == null) != (work == null)) {
            throw new IllegalArgumentException("upper and work come together");
        }
    }

    /// A view of `lowers`, topmost first, whose changes are dropped.
    public static RootFs view(List<Lower> lowers) {
        return new RootFs(lowers, null, null, true);
    }

    /// `lowers`, topmost first, whose changes go to `upper` and survive a power cut.
    public static RootFs of(List<Lower> lowers, Path upper, Path work) {
        return new RootFs(lowers, upper, work, false);
    }

    /// `lowers`, topmost first, whose changes go to `upper`, which a power cut may lose.
    public static RootFs scratch(List<Lower> lowers, Path upper, Path work) {
        return new RootFs(lowers, upper, work, true);
    }
}
