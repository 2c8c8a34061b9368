package dev.slipway.cli;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.Manifest;
import dev.slipway.image.NamedImage;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// An image of the store as lists show it: one of its names, its manifest and its configuration.
///
/// @param named the name and what it stands for, a manifest or an index
/// @param sizeBytes of all layers, uncompressed
record StoredImage(NamedImage named, Manifest manifest, ImageConfig config, long sizeBytes) {
    /// The image ID: the digest of its configuration.
    Digest id() {
        return manifest.config().digest();
    }

    /// What the name stands for.
    Descriptor target() {
        return named.target();
    }

    /// Its name; null when it is dangling.
    @Nullable Reference name() {
        return named.name();
    }

    /// When it was made; the epoch when nothing says.
    Instant created() {
        Instant created = config.created();
        return created == null ? Instant.EPOCH : created;
    }
}
