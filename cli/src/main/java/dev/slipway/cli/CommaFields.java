package dev.slipway.cli;

import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.UsageException;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/// An option's value that is a list of fields: `type=bind,source=a,target=/b,readonly`. Quotes keep
/// commas, as in CSV.
final class CommaFields {
    private final Option option;
    private final Map<String, String> fields = new LinkedHashMap<>();

    /// @throws UsageException if a field is given twice or a quote is not closed
    CommaFields(Option option, String text) throws UsageException {
        this.option = option;
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        if (quoted) {
            throw new UsageException("unclosed quote in " + option + " " + text);
        }
        add(field.toString());
    }

    private void add(String field) throws UsageException {
        int equals = field.indexOf('=');
        String key = (equals < 0 ? field : field.substring(0, equals)).strip();
        if (key.isEmpty()) {
            throw new UsageException("empty field in " + option);
        }
        if (fields.put(key, equals < 0 ? "" : field.substring(equals + 1)) != null) {
            throw new UsageException(option + " gives " + key + " twice");
        }
    }

    /// The value of the first of these names that is there; null if none is, empty for a bare name.
    @Nullable String take(String... names) {
        String value = null;
        for (String name : names) {
            String found = fields.remove(name);
            value = value == null ? found : value;
        }
        return value;
    }

    /// The value of a field, which stays; null if it is not there.
    @Nullable String peek(String name) {
        return fields.get(name);
    }

    /// Whether a field that is a switch is on: given bare, or as `true` or `1`.
    boolean takeFlag(String... names) throws UsageException {
        String value = take(names);
        if (value == null || value.equals("false") || value.equals("0")) {
            return false;
        }
        if (value.isEmpty() || value.equals("true") || value.equals("1")) {
            return true;
        }
        throw new UsageException(option + ": " + names[0] + " takes true or false, not " + value);
    }

    /// @throws UsageException naming a field that nobody asked for
    void checkAllTaken() throws UsageException {
        if (!fields.isEmpty()) {
            throw new UsageException(
                    option + " does not know " + fields.keySet().iterator().next());
        }
    }
}
