package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// A condition on an image's labels, as `label=key[=value]` or `label!=key[=value]`.
///
/// @param value null if any value will do
/// @param negated whether the label must not be there
public record LabelFilter(String key, @Nullable String value, boolean negated) {
    /// Reads `key[=value]`.
    public static LabelFilter parse(String text, boolean negated) {
        int equals = text.indexOf('=');
        return equals < 0
                ? new LabelFilter(text, null, negated)
                : new LabelFilter(text.substring(0, equals), text.substring(equals + 1), negated);
    }

    boolean accepts(Map<String, String> labels) {
        String found = labels.get(key);
        boolean has = found != null && (value == null || value.equals(found));
        return has != negated;
    }
}
