package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// A `.env` file: `NAME=value` lines, with quotes, comments and variables as Compose reads them.
final class DotEnv {
    private static final int MAX_BYTES = 1 << 20;

    private final SourceText source;
    private final Map<String, String> outer;
    private final Map<String, String> values = new HashMap<>();
    private final Interpolation interpolation;
    private int at;

    private DotEnv(SourceText source, Map<String, String> outer) {
        this.source = source;
        this.outer = outer;
        this.interpolation = new Interpolation(this::lookUp);
    }

    /// Reads `.env` in `directory`; empty if there is none.
    ///
    /// @param outer variables that values may use, and that go before them
    static Map<String, String> read(Path directory, Map<String, String> outer)
            throws BakeException {
        var file = directory.resolve(".env");
        if (!Files.isRegularFile(file)) {
            return Map.of();
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BakeException(file + " is too long", null);
            }
            return parse(new SourceText(".env", Files.readString(file)), outer);
        } catch (IOException e) {
            throw new BakeException("cannot read " + file + ": " + e.getMessage(), null);
        }
    }

    static Map<String, String> parse(SourceText source, Map<String, String> outer)
            throws BakeException {
        var reader = new DotEnv(source, outer);
        while (reader.at < source.text().length()) {
            reader.line();
        }
        return reader.values;
    }

    private @Nullable String lookUp(String name) {
        var value = outer.get(name);
        return value == null ? values.get(name) : value;
    }

    private void line() throws BakeException {
        var text = source.text();
        int end = text.indexOf('\n', at);
        end = end < 0 ? text.length() : end;
        var line = text.substring(at, end);
        int start = at;
        if (line.isBlank() || line.stripLeading().startsWith("#")) {
            at = end + 1;
            return;
        }
        int equals = line.indexOf('=');
        int colon = line.indexOf(": ");
        int cut = equals < 0 || (colon >= 0 && colon < equals) ? colon : equals;
        var name = (cut < 0 ? line : line.substring(0, cut)).strip();
        name = name.startsWith("export ") ? name.substring("export ".length()).strip() : name;
        if (name.isEmpty() || name.indexOf(' ') >= 0) {
            throw BakeException.at(source.span(start, end), "expected NAME=value");
        }
        if (cut < 0) {
            at = end + 1;
            var inherited = outer.get(name);
            if (inherited != null) {
                values.put(name, inherited);
            }
            return;
        }
        at += cut + 1;
        while (at < end && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        values.put(name, value(end));
    }

    private String value(int lineEnd) throws BakeException {
        var text = source.text();
        char quote = at < lineEnd ? text.charAt(at) : 0;
        int start = at;
        if (quote != '"' && quote != '\'') {
            at = lineEnd + 1;
            var raw = text.substring(start, lineEnd);
            int comment = raw.startsWith("#") ? 0 : raw.indexOf(" #");
            var value = (comment < 0 ? raw : raw.substring(0, comment)).strip();
            return interpolation.of(value, source.span(start, lineEnd));
        }
        var value = new StringBuilder();
        for (int i = start + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == quote) {
                int next = text.indexOf('\n', i);
                at = next < 0 ? text.length() : next + 1;
                return quote == '\''
                        ? value.toString()
                        : interpolation.of(value.toString(), source.span(start, i));
            }
            if (c == '\\' && quote == '"' && i + 1 < text.length()) {
                i++;
                value.append(escaped(text.charAt(i)));
            } else {
                value.append(c);
            }
        }
        throw BakeException.at(source.span(start, lineEnd), "the quote is not closed");
    }

    private static String escaped(char c) {
        return switch (c) {
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            case '$' -> "$$";
            case '"', '\\' -> Character.toString(c);
            default -> "\\" + c;
        };
    }
}
