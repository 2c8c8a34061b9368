package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Reference;

/// What a push did.
///
/// @param name that it has in the registry now
/// @param target its manifest or index there: with its layers compressed, another than the store's
/// @param isNew whether the name stood for something else before, or for nothing
public record Pushed(Reference name, Descriptor target, boolean isNew) {}
