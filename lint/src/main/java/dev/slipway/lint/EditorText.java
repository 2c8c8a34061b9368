package dev.slipway.lint;

import dev.slipway.image.InvalidJsonException;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;

import java.util.Arrays;

/// A document as the language server protocol counts in it: lines end at `\n`, `\r\n` or `\r`,
/// characters are those of UTF-16, both from 0. LSP 3.17, "Text Documents".
final class EditorText {
    private final String text;
    private final int[] starts;

    EditorText(String text) {
        this.text = text;
        int[] found = new int[text.length() / 32 + 8];
        int n = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
            if (c == '\n' || (c == '\r' && !pair)) {
                if (n == found.length) {
                    found = Arrays.copyOf(found, n * 2);
                }
                found[n++] = i + 1;
            }
        }
        starts = Arrays.copyOf(found, n);
    }

    String text() {
        return text;
    }

    /// Returns the offset of a position; what is behind the end of a line or the text means that
    /// end.
    int offset(Json.Obj position) throws InvalidJsonException {
        long line = position.number("line", 0);
        if (line < 0) {
            return 0;
        }
        if (line >= starts.length) {
            return text.length();
        }
        int start = starts[(int) line];
        int end = line + 1 < starts.length ? starts[(int) line + 1] : text.length();
        while (end > start && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return Math.clamp(start + position.number("character", 0), start, end);
    }

    /// Returns the text after a change of the editor: of a stretch, or of everything.
    EditorText with(Json.Obj change) throws InvalidJsonException {
        String replacement = change.text("text", "");
        if (change.get("range") instanceof Json.Obj range
                && range.get("start") instanceof Json.Obj start
                && range.get("end") instanceof Json.Obj end) {
            int from = offset(start);
            int to = Math.max(from, offset(end));
            return new EditorText(text.substring(0, from) + replacement + text.substring(to));
        }
        return change.get("range") == null ? new EditorText(replacement) : this;
    }

    /// Writes the member `range`.
    void range(JsonWriter json, int start, int end) {
        json.name("range").beginObject();
        position(json, "start", start);
        position(json, "end", end);
        json.endObject();
    }

    private void position(JsonWriter json, String name, int offset) {
        int found = Arrays.binarySearch(starts, offset);
        int line = found >= 0 ? found : -found - 2;
        json.name(name).beginObject().member("line", line);
        json.member("character", offset - starts[line]).endObject();
    }
}
