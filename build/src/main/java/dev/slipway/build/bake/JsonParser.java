package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads JSON (RFC 8259), keeping the place of every value and of every character of strings.
final class JsonParser {
    private final Cursor cursor;

    private JsonParser(Cursor cursor) {
        this.cursor = cursor;
    }

    static JsonNode parse(SourceText source) throws BakeException {
        var parser = new JsonParser(new Cursor(source));
        parser.cursor.take("\uFEFF"); // a byte order mark
        var value = parser.value();
        parser.space();
        if (!parser.cursor.atEnd()) {
            throw BakeException.at(
                    parser.cursor.here(), "expected the end of the file" + parser.cursor.found());
        }
        return value;
    }

    private void space() {
        while (!cursor.atEnd() && " \t\r\n".indexOf(cursor.peek()) >= 0) {
            cursor.at++;
        }
    }

    private JsonNode value() throws BakeException {
        space();
        int start = cursor.at;
        cursor.enter();
        var value =
                switch (cursor.peek()) {
                    case '{' -> fields(start);
                    case '[' -> items(start);
                    case '"' -> {
                        var text = text();
                        yield new JsonNode.Text(text, cursor.since(start));
                    }
                    default -> scalar(start);
                };
        cursor.leave();
        return value;
    }

    private JsonNode scalar(int start) throws BakeException {
        while (!cursor.atEnd()
                && (Character.isLetterOrDigit(cursor.peek())
                        || "+-.".indexOf(cursor.peek()) >= 0)) {
            cursor.at++;
        }
        var word = cursor.text().substring(start, cursor.at);
        if (word.isEmpty()) {
            throw BakeException.at(cursor.here(), "expected a value" + cursor.found());
        }
        var span = cursor.since(start);
        return switch (word) {
            case "true" -> new JsonNode.Bool(true, span);
            case "false" -> new JsonNode.Bool(false, span);
            case "null" -> new JsonNode.Null(span);
            default -> {
                var number =
                        Character.isDigit(word.charAt(word.length() - 1)) && word.charAt(0) != '+'
                                ? Conversion.parse(word)
                                : null;
                if (number == null) {
                    throw BakeException.at(
                            span, word + " is no JSON value", "text stands in quotes");
                }
                yield new JsonNode.Num(number, span);
            }
        };
    }

    private JsonNode fields(int start) throws BakeException {
        List<JsonNode.Field> fields = new ArrayList<>();
        cursor.at++;
        space();
        while (!cursor.take("}")) {
            if (cursor.peek() != '"') {
                throw BakeException.at(
                        cursor.here(), "expected a name in quotes or '}'" + cursor.found());
            }
            var name = text();
            space();
            if (!cursor.take(":")) {
                throw BakeException.at(cursor.here(), "expected ':' after a name" + cursor.found());
            }
            fields.add(new JsonNode.Field(name, value()));
            separator('}');
        }
        return new JsonNode.Fields(fields, cursor.since(start));
    }

    private JsonNode items(int start) throws BakeException {
        List<JsonNode> values = new ArrayList<>();
        cursor.at++;
        space();
        while (!cursor.take("]")) {
            values.add(value());
            separator(']');
        }
        return new JsonNode.Items(values, cursor.since(start));
    }

    private void separator(char close) throws BakeException {
        space();
        if (cursor.peek() == close) {
            return;
        }
        if (!cursor.take(",")) {
            throw BakeException.at(
                    cursor.here(), "expected ',' or '" + close + "'" + cursor.found());
        }
        space();
        if (cursor.peek() == close) {
            throw BakeException.at(cursor.here(), "expected a value after ','" + cursor.found());
        }
    }

    private JsonText text() throws BakeException {
        int start = cursor.at++;
        var text = new StringBuilder();
        int[] origins = new int[16];
        while (!cursor.take("\"")) {
            if (cursor.atEnd() || cursor.peek() < ' ') {
                throw BakeException.at(cursor.span(start, start + 1), "the string is not closed");
            }
            int origin = cursor.at;
            text.append(cursor.peek() == '\\' ? escape() : cursor.text().charAt(cursor.at++));
            if (text.length() >= origins.length) {
                origins = Arrays.copyOf(origins, origins.length * 2);
            }
            origins[text.length() - 1] = origin;
        }
        origins[text.length()] = cursor.at - 1;
        return new JsonText(
                cursor.source(), text.toString(), Arrays.copyOf(origins, text.length() + 1));
    }

    private char escape() throws BakeException {
        int start = cursor.at;
        cursor.at += 2;
        char c = start + 1 < cursor.text().length() ? cursor.text().charAt(start + 1) : 0;
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '"', '\\', '/' -> c;
            case 'u' -> unit(start);
            default ->
                    throw BakeException.at(
                            cursor.span(start, cursor.at), "JSON has no escape '\\" + c + "'");
        };
    }

    private char unit(int start) throws BakeException {
        int end = Math.min(cursor.at + 4, cursor.text().length());
        var hex = cursor.text().substring(cursor.at, end);
        cursor.at = end;
        try {
            return (char) Integer.parseInt(hex, 16);
        } catch (NumberFormatException _) {
            throw BakeException.at(cursor.span(start, end), "expected 4 hexadecimal digits");
        }
    }
}
