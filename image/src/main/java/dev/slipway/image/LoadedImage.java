package dev.slipway.image;

import java.util.List;

/// An image that was taken from an archive.
///
/// @param names it was given; empty if the archive names none, and the image is dangling
/// @param target its manifest or index
/// @param id digest of its configuration; that of its index if it has several platforms
public record LoadedImage(List<Reference> names, Descriptor target, Digest id) {
    public LoadedImage {
        names = List.copyOf(names);
    }
}
