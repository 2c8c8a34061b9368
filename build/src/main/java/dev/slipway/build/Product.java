package dev.slipway.build;

/// What a build made for one platform.
///
/// @param target what was asked for
/// @param snapshot the files
/// @param image the image of them, in the store
record Product(BuildPlan.Target target, Snapshot snapshot, ImageAssembly.Assembled image) {}
