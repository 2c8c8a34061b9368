package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

/// Writes JSON in exactly the order it is told, so that the same values give the same bytes.
///
/// Compact text escapes as Go's encoder does (`<`, `>`, `&`, U+2028 and U+2029 as hex escapes), so
/// that configurations come out byte for byte as Docker writes them; indented text is for people
/// and does not. Members whose value is null, and empty collections, are left out by the methods
/// with `Unless` in their name. Not thread-safe.
public final class JsonWriter {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder out = new StringBuilder(512);
    private final int indent;
    private final boolean escapeHtml;
    private int depth;
    private boolean first = true;
    private boolean named; // a name was written, its value is next

    private JsonWriter(int indent, boolean escapeHtml) {
        this.indent = indent;
        this.escapeHtml = escapeHtml;
    }

    /// Returns a writer without white space, with Go's escapes.
    public static JsonWriter compact() {
        return new JsonWriter(0, true);
    }

    /// Returns a writer without white space that escapes only what JSON demands.
    public static JsonWriter plain() {
        return new JsonWriter(0, false);
    }

    /// Returns a writer for people: a member a line.
    ///
    /// @param spaces by which each level is set in
    public static JsonWriter indented(int spaces) {
        return new JsonWriter(spaces, false);
    }

    public JsonWriter beginObject() {
        return open('{');
    }

    public JsonWriter endObject() {
        return close('}');
    }

    public JsonWriter beginArray() {
        return open('[');
    }

    public JsonWriter endArray() {
        return close(']');
    }

    /// Writes a member's name; its value must follow.
    public JsonWriter name(String name) {
        separate();
        quote(name);
        out.append(indent > 0 ? ": " : ":");
        named = true;
        return this;
    }

    public JsonWriter value(@Nullable String text) {
        separate();
        if (text == null) {
            out.append("null");
        } else {
            quote(text);
        }
        return this;
    }

    public JsonWriter value(long number) {
        separate();
        out.append(number);
        return this;
    }

    public JsonWriter value(boolean flag) {
        separate();
        out.append(flag);
        return this;
    }

    /// Writes any value that was read.
    public JsonWriter value(Json json) {
        switch (json) {
            case Json.Obj(Map<String, Json> members) -> {
                beginObject();
                for (Map.Entry<String, Json> member : members.entrySet()) {
                    name(member.getKey()).value(member.getValue());
                }
                endObject();
            }
            case Json.Arr(java.util.List<Json> values) -> {
                beginArray();
                for (Json value : values) {
                    value(value);
                }
                endArray();
            }
            case Json.Str(String text) -> value(text);
            case Json.Num(String literal) -> {
                separate();
                out.append(literal);
            }
            case Json.Bool(boolean flag) -> value(flag);
            case Json.Null() -> value((String) null);
        }
        return this;
    }

    public JsonWriter member(String name, @Nullable String text) {
        return name(name).value(text);
    }

    public JsonWriter member(String name, long number) {
        return name(name).value(number);
    }

    public JsonWriter member(String name, boolean flag) {
        return name(name).value(flag);
    }

    /// Writes an array of strings, or null.
    public JsonWriter member(String name, @Nullable Collection<String> texts) {
        name(name);
        if (texts == null) {
            return value((String) null);
        }
        beginArray();
        for (String text : texts) {
            value(text);
        }
        return endArray();
    }

    /// Writes an object of strings, or null.
    public JsonWriter member(String name, @Nullable Map<String, String> texts) {
        name(name);
        if (texts == null) {
            return value((String) null);
        }
        beginObject();
        for (Map.Entry<String, String> text : texts.entrySet()) {
            member(text.getKey(), text.getValue());
        }
        return endObject();
    }

    /// Writes the member unless it is null or "".
    public JsonWriter memberUnlessEmpty(String name, @Nullable String text) {
        return text == null || text.isEmpty() ? this : member(name, text);
    }

    /// Writes the member unless it is null or empty.
    public JsonWriter memberUnlessEmpty(String name, @Nullable Collection<String> texts) {
        return texts == null || texts.isEmpty() ? this : member(name, texts);
    }

    /// Writes the member unless it is null or empty.
    public JsonWriter memberUnlessEmpty(String name, @Nullable Map<String, String> texts) {
        return texts == null || texts.isEmpty() ? this : member(name, texts);
    }

    /// Writes the member unless it is 0.
    public JsonWriter memberUnlessZero(String name, long number) {
        return number == 0 ? this : member(name, number);
    }

    /// Returns the text so far as UTF-8.
    public byte[] toBytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// Returns the text so far.
    @Override
    public String toString() {
        return out.toString();
    }

    private JsonWriter open(char c) {
        separate();
        out.append(c);
        depth++;
        first = true;
        return this;
    }

    private JsonWriter close(char c) {
        depth--;
        if (!first) {
            newLine();
        }
        out.append(c);
        first = false;
        return this;
    }

    private void separate() {
        if (named) {
            named = false;
            first = false;
            return;
        }
        if (!first) {
            out.append(',');
        }
        if (depth > 0) {
            newLine();
        }
        first = false;
    }

    private void newLine() {
        if (indent > 0) {
            out.append('\n').repeat(' ', depth * indent);
        }
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '<', '>', '&', '\u2028', '\u2029' -> special(c);
                default -> plain(text, i, c);
            }
        }
        out.append('"');
    }

    private void special(char c) {
        if (escapeHtml || c > 0xff) {
            unicode(c);
        } else {
            out.append(c);
        }
    }

    private void plain(String text, int at, char c) {
        if (c < ' ') {
            unicode(c);
        } else if (Character.isSurrogate(c) && !isPaired(text, at)) {
            out.append('\ufffd'); // half a character cannot be written as UTF-8
        } else {
            out.append(c);
        }
    }

    private static boolean isPaired(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }

    private void unicode(char c) {
        out.append("\\u")
                .append(HEX[c >> 12])
                .append(HEX[(c >> 8) & 15])
                .append(HEX[(c >> 4) & 15])
                .append(HEX[c & 15]);
    }
}
