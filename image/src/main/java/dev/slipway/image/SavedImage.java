package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// An image to put into an archive.
///
/// @param target its manifest or index
/// @param names it gets there; may be empty
/// @param platform to take of an index; null for all that are here, or, where a format holds one,
///   the host's
public record SavedImage(Descriptor target, List<Reference> names, @Nullable Platform platform) {
    public SavedImage {
        names = List.copyOf(names);
    }
}
