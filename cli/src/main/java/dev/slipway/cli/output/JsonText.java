package dev.slipway.cli.output;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.Map;

/// JSON of a result tree.
public final class JsonText {
    private final StringBuilder out = new StringBuilder();
    private final String step;

    private JsonText(String step) {
        this.step = step;
    }

    /// On one line, as `{{json .}}` prints it.
    public static String compact(@Nullable Object value) {
        JsonText text = new JsonText("");
        text.value(value, "");
        return text.out.toString();
    }

    /// Indented by four spaces, as `inspect` prints it.
    public static String indented(@Nullable Object value) {
        JsonText text = new JsonText("    ");
        text.value(value, "\n");
        return text.out.toString();
    }

    private void value(@Nullable Object value, String line) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> members(map, line);
            case Iterable<?> list -> elements(list, line);
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth.booleanValue());
            default -> string(value.toString());
        }
    }

    private void members(Map<?, ?> map, String line) {
        if (map.isEmpty()) {
            out.append("{}");
            return;
        }
        String inner = line.isEmpty() ? "" : line + step;
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator).append(inner);
            string(String.valueOf(entry.getKey()));
            out.append(line.isEmpty() ? ":" : ": ");
            value(entry.getValue(), inner);
            separator = ",";
        }
        out.append(line).append('}');
    }

    private void elements(Iterable<?> list, String line) {
        Iterator<?> each = list.iterator();
        if (!each.hasNext()) {
            out.append("[]");
            return;
        }
        String inner = line.isEmpty() ? "" : line + step;
        String separator = "[";
        while (each.hasNext()) {
            out.append(separator).append(inner);
            value(each.next(), inner);
            separator = ",";
        }
        out.append(line).append(']');
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x7f) {
                        String hex = Integer.toHexString(c);
                        out.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
