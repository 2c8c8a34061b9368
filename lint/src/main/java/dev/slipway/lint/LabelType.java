package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

/// What the value of a label must be.
public enum LabelType {
    TEXT,
    URL,
    SEMVER,
    HASH,
    RFC3339,
    SPDX,
    EMAIL;

    /// Returns the type of that name as configurations have it (empty is text), or null.
    public static @Nullable LabelType of(String name) {
        return switch (name) {
            case "", "text" -> TEXT;
            case "url" -> URL;
            case "semver" -> SEMVER;
            case "hash" -> HASH;
            case "rfc3339" -> RFC3339;
            case "spdx" -> SPDX;
            case "email" -> EMAIL;
            default -> null;
        };
    }
}
