package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

/// `FROM`: begins a stage.
///
/// @param image an image, an earlier stage or `scratch`; with global arguments still to expand
/// @param platform the value of `--platform`, to be expanded; null if not given
/// @param name what follows `AS`, as written; null if not given
public record From(
        InstructionSource source, String image, @Nullable String platform, @Nullable String name)
        implements Instruction {}
