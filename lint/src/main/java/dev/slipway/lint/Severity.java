package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/// How much a finding matters, the worst first.
public enum Severity {
    ERROR,
    WARNING,
    INFO,
    STYLE,
    /// Not reported.
    IGNORE;

    /// Returns the severity of that name in any case (`none` is [#IGNORE]), or null.
    public static @Nullable Severity of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "error" -> ERROR;
            case "warning" -> WARNING;
            case "info" -> INFO;
            case "style" -> STYLE;
            case "ignore", "none", "off" -> IGNORE;
            default -> null;
        };
    }

    /// Returns the name in lower case.
    public String text() {
        return switch (this) {
            case ERROR -> "error";
            case WARNING -> "warning";
            case INFO -> "info";
            case STYLE -> "style";
            case IGNORE -> "ignore";
        };
    }

    /// Returns whether this is as bad as `other` or worse.
    public boolean atLeast(Severity other) {
        return compareTo(other) <= 0;
    }
}
