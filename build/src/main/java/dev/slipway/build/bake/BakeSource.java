package dev.slipway.build.bake;

/// A bake file that was read.
///
/// @param name as the user gave it; its ending tells the language: `.hcl`, `.json`, `.yml`, `.yaml`
public record BakeSource(String name, String text) {
    /// The most a bake file may hold, in characters.
    public static final int MAX_CHARACTERS = 4 << 20;
}
