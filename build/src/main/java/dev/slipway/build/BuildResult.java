package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;

import java.util.List;

/// A build that was done.
///
/// @param buildId names its record under `builds/`
/// @param imageId the digest of the image's config
/// @param manifest of the image, in the store
/// @param names the names it was given, in full
/// @param layers the layers of the image, bottom first
/// @param cachedSteps how many steps came from the cache
/// @param madeSteps how many steps were made
public record BuildResult(
        String buildId,
        Digest imageId,
        Descriptor manifest,
        List<String> names,
        List<Digest> layers,
        int cachedSteps,
        int madeSteps) {
    public BuildResult {
        names = List.copyOf(names);
        layers = List.copyOf(layers);
    }
}
