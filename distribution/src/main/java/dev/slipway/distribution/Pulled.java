package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Reference;

/// What a pull brought.
///
/// @param name as it was asked for, with its tag or digest
/// @param target its manifest or index, now in the store under that name
/// @param isNew whether the name stood for something else before, or for nothing
public record Pulled(Reference name, Descriptor target, boolean isNew) {}
