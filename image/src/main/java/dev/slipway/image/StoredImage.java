package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/// An image of the store with all its names.
///
/// @param id digest of its configuration; that of its manifest if the image is damaged
/// @param image null if it is damaged or partly missing
/// @param names sorted; empty for a dangling image
/// @param taggedAt when it last got a name
public record StoredImage(
        Descriptor target,
        Digest id,
        @Nullable Image image,
        List<Reference> names,
        Instant taggedAt) {
    public StoredImage {
        names = List.copyOf(names);
    }

    /// Returns when it was created; null if not known.
    public @Nullable Instant created() {
        return image == null ? null : image.config().created();
    }
}
