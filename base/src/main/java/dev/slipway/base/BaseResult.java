package dev.slipway.base;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;

/// A base image that is in the store.
///
/// @param manifest what a name stands for
/// @param imageId digest of the configuration
/// @param lock the packages it consists of
/// @param layerBytes of the uncompressed layer
/// @param reused true when the same image was there already
public record BaseResult(
        Descriptor manifest, Digest imageId, BaseLock lock, long layerBytes, boolean reused) {}
