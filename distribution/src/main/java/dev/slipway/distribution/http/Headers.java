package dev.slipway.distribution.http;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The header fields of a message, in order. Names are compared without regard to case: RFC 9110,
/// 5.1. Not thread-safe while it is filled.
public final class Headers {
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    /// Adds a field.
    ///
    /// @throws IllegalArgumentException if it could break out of its line
    public Headers add(String name, String value) {
        if (breaksLine(name) || breaksLine(value)) {
            throw new IllegalArgumentException("a line break in the header " + name);
        }
        names.add(name);
        values.add(value);
        return this;
    }

    /// Adds all fields of another message.
    Headers addAll(Headers others) {
        names.addAll(others.names);
        values.addAll(others.values);
        return this;
    }

    private static boolean breaksLine(String text) {
        return text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0 || text.indexOf(0) >= 0;
    }

    /// The first value of the field; null if there is none.
    public @Nullable String first(String name) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                return values.get(i);
            }
        }
        return null;
    }

    /// All values of the field, in order.
    public List<String> all(String name) {
        var found = new ArrayList<String>();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                found.add(values.get(i));
            }
        }
        return found;
    }

    /// Whether a comma-separated field holds `token`.
    boolean holds(String name, String token) {
        for (String value : all(name)) {
            for (String each : value.split(",", -1)) {
                if (each.strip().equalsIgnoreCase(token)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// A field that is a whole number of bytes or seconds; -1 if it is absent or is none.
    public long number(String name) {
        String text = first(name);
        if (text == null || text.isEmpty() || text.length() > 18) {
            return -1;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return -1;
            }
        }
        return Long.parseLong(text);
    }

    /// A copy that may be added to.
    public Headers copy() {
        return new Headers().addAll(this);
    }

    void writeTo(StringBuilder out) {
        for (int i = 0; i < names.size(); i++) {
            out.append(names.get(i)).append(": ").append(values.get(i)).append("\r\n");
        }
    }
}
