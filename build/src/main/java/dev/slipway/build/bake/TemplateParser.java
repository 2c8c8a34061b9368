package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads text with `${ }` and `%{ }` in it: between quotes, in a heredoc, or alone.
final class TemplateParser {
    private enum Kind {
        QUOTED,
        HEREDOC,
        ALONE
    }

    private final Cursor cursor;
    private Kind kind = Kind.ALONE;
    private int end;
    private int indentation; // of a heredoc's lines, which is not part of them
    private final StringBuilder literal = new StringBuilder();
    private int literalStart;
    private boolean trimNext; // what ~} asks for
    private @Nullable String stop; // the directive that ended the parts read last

    TemplateParser(Cursor cursor) {
        this.cursor = cursor;
    }

    /// Reads all of the cursor's text, as a JSON string's is.
    static Expr alone(Cursor cursor) throws BakeException {
        var parser = new TemplateParser(cursor);
        parser.end = cursor.text().length();
        return joined(parser.parts(Set.of()), cursor.span(0, parser.end));
    }

    /// Reads on after the opening quote.
    Expr quoted(int start) throws BakeException {
        kind = Kind.QUOTED;
        end = cursor.text().length();
        var parts = parts(Set.of());
        if (!cursor.take("\"")) {
            throw BakeException.at(cursor.span(start, start + 1), "the string is not closed");
        }
        return joined(parts, cursor.since(start));
    }

    /// Reads `<<MARK` or `<<-MARK` and the lines up to `MARK`.
    Expr heredoc() throws BakeException {
        int start = cursor.at;
        cursor.at += 2;
        boolean flush = cursor.take("-");
        var mark = cursor.name();
        if (mark == null || (cursor.peek() != '\n' && !cursor.looksAt("\r\n"))) {
            throw BakeException.at(
                    cursor.here(), "expected a name and the end of the line after '<<'");
        }
        var text = cursor.text();
        int first = text.indexOf('\n', cursor.at) + 1;
        int line = first;
        while (!lineAt(line).strip().equals(mark)) {
            line = text.indexOf('\n', line) + 1;
            if (line == 0) {
                throw BakeException.at(
                        cursor.span(start, cursor.at),
                        "the heredoc is not closed: no line says " + mark + " alone");
            }
        }
        kind = Kind.HEREDOC;
        end = line;
        indentation = flush ? leastIndentation(first) : 0;
        cursor.at = first;
        skipIndentation();
        var parts = parts(Set.of());
        cursor.at = text.indexOf(mark, line) + mark.length();
        var span = cursor.span(start, cursor.at);
        return parts.isEmpty()
                ? new Expr.Literal(Value.text(""), span)
                : new Expr.Template(parts, span);
    }

    private String lineAt(int start) {
        int lineEnd = cursor.text().indexOf('\n', start);
        return cursor.text().substring(start, lineEnd < 0 ? cursor.text().length() : lineEnd);
    }

    private int leastIndentation(int first) {
        int least = Integer.MAX_VALUE;
        for (int at = first; at < end; at = cursor.text().indexOf('\n', at) + 1) {
            var line = lineAt(at);
            if (!line.isBlank()) {
                least = Math.min(least, line.length() - line.stripLeading().length());
            }
        }
        return least == Integer.MAX_VALUE ? 0 : least;
    }

    private void skipIndentation() {
        for (int i = 0; i < indentation && cursor.at < end; i++) {
            char c = cursor.peek();
            if (c != ' ' && c != '\t') {
                return;
            }
            cursor.at++;
        }
    }

    private static Expr joined(List<Expr> parts, Span span) {
        if (parts.isEmpty()) {
            return new Expr.Literal(Value.text(""), span);
        }
        if (parts.size() == 1) {
            var only = parts.getFirst();
            if (only instanceof Expr.Literal(Value value, _)) {
                return new Expr.Literal(value, span);
            }
            if (!(only instanceof Expr.TemplateIf) && !(only instanceof Expr.TemplateFor)) {
                return new Expr.Wrapped(only, span);
            }
        }
        return new Expr.Template(parts, span);
    }

    /// Reads parts up to the end or a directive among `stops`, which [#stop] says then.
    private List<Expr> parts(Set<String> stops) throws BakeException {
        List<Expr> parts = new ArrayList<>();
        stop = null;
        literalStart = cursor.at;
        while (cursor.at < end) {
            if (cursor.looksAt("$${") || cursor.looksAt("%%{")) {
                append(cursor.peek());
                append('{');
                cursor.at += 3;
            } else if (cursor.looksAt("${")) {
                flush(parts);
                parts.add(interpolation(parts));
                literalStart = cursor.at;
            } else if (cursor.looksAt("%{")) {
                flush(parts);
                var directive = directive(parts, stops);
                if (directive == null) {
                    return parts;
                }
                parts.add(directive);
                literalStart = cursor.at;
            } else if (kind == Kind.QUOTED && cursor.peek() == '"') {
                break;
            } else {
                character();
            }
        }
        flush(parts);
        if (!stops.isEmpty()) {
            throw BakeException.at(
                    cursor.here(),
                    "the template ends before "
                            + String.join(" or ", stops.stream().sorted().toList()));
        }
        return parts;
    }

    private void flush(List<Expr> parts) {
        trimNext = false;
        if (!literal.isEmpty()) {
            var span = cursor.span(literalStart, cursor.at);
            parts.add(new Expr.Literal(Value.text(literal.toString()), span));
            literal.setLength(0);
        }
    }

    private void append(char c) {
        trimNext = false;
        literal.append(c);
    }

    private void character() throws BakeException {
        char c = cursor.peek();
        if (kind == Kind.QUOTED && c == '\n') {
            throw BakeException.at(
                    cursor.here(),
                    "the string is not closed on its line",
                    "write \\n for a line break, or use a heredoc");
        }
        if (kind == Kind.QUOTED && c == '\\') {
            trimNext = false;
            escape();
            return;
        }
        cursor.at++;
        boolean trimmed = trimNext && Character.isWhitespace(c);
        if (!trimmed) {
            append(c);
        }
        if (c == '\n') {
            trimNext = false;
            skipIndentation();
        }
    }

    private void escape() throws BakeException {
        int start = cursor.at;
        cursor.at += 2;
        char c = start + 1 < end ? cursor.text().charAt(start + 1) : 0;
        switch (c) {
            case 'n' -> literal.append('\n');
            case 'r' -> literal.append('\r');
            case 't' -> literal.append('\t');
            case '"', '\\' -> literal.append(c);
            case 'u' -> codePoint(start, 4);
            case 'U' -> codePoint(start, 8);
            default ->
                    throw BakeException.at(
                            cursor.span(start, cursor.at),
                            "unknown escape '\\" + c + "'",
                            "a backslash itself is written \\\\");
        }
    }

    private void codePoint(int start, int digits) throws BakeException {
        int last = Math.min(cursor.at + digits, end);
        var hex = cursor.text().substring(cursor.at, last);
        cursor.at = last;
        try {
            literal.appendCodePoint(Integer.parseInt(hex, 16));
        } catch (IllegalArgumentException _) {
            throw BakeException.at(
                    cursor.span(start, last), "expected " + digits + " hexadecimal digits");
        }
    }

    /// Takes off what `${~` and `%{~` ask for: space before it, on its line or ending the last.
    private void trimBefore(List<Expr> parts) {
        if (parts.isEmpty() || !(parts.getLast() instanceof Expr.Literal before)) {
            return;
        }
        var text = ((Value.Text) before.value()).text();
        int floor = text.lastIndexOf('\n', text.length() - 2) + 1;
        int last = text.length();
        while (last > floor && Character.isWhitespace(text.charAt(last - 1))) {
            last--;
        }
        parts.removeLast();
        if (last > 0) {
            parts.add(new Expr.Literal(Value.text(text.substring(0, last)), before.span()));
        }
    }

    private Expr interpolation(List<Expr> parts) throws BakeException {
        cursor.at += 2;
        if (cursor.take("~")) {
            trimBefore(parts);
        }
        boolean before = cursor.multiline;
        cursor.multiline = true;
        var value = new ExpressionParser(cursor).expression();
        cursor.multiline = before;
        closeBraces();
        return value;
    }

    private void closeBraces() throws BakeException {
        cursor.skipLines();
        boolean trim = cursor.take("~");
        if (!cursor.take("}")) {
            throw BakeException.at(cursor.here(), "expected '}' after the value" + cursor.found());
        }
        trimNext = trim;
    }

    /// Reads a directive; null if it is one of `stops`, which then is in [#stop].
    private @Nullable Expr directive(List<Expr> parts, Set<String> stops) throws BakeException {
        int start = cursor.at;
        cursor.at += 2;
        if (cursor.take("~")) {
            trimBefore(parts);
        }
        cursor.skipLines();
        var word = cursor.name();
        if (word != null && stops.contains(word)) {
            closeBraces();
            stop = word;
            return null;
        }
        cursor.enter();
        var directive =
                switch (word) {
                    case "if" -> condition(start);
                    case "for" -> loop(start);
                    case null, default ->
                            throw BakeException.at(
                                    cursor.since(start),
                                    "unknown directive",
                                    "there are if, else, endif, for and endfor; a literal %{ is"
                                            + " written %%{");
                };
        cursor.leave();
        return directive;
    }

    private Expr condition(int start) throws BakeException {
        var condition = head();
        int bodyStart = cursor.at;
        var then = body(parts(Set.of("else", "endif")), bodyStart);
        Expr otherwise = new Expr.Literal(Value.text(""), cursor.since(start));
        if ("else".equals(stop)) {
            bodyStart = cursor.at;
            otherwise = body(parts(Set.of("endif")), bodyStart);
        }
        return new Expr.TemplateIf(condition, then, otherwise, cursor.since(start));
    }

    private Expr loop(int start) throws BakeException {
        cursor.skipLines();
        var first = loopName();
        cursor.skipLines();
        String second = null;
        if (cursor.take(",")) {
            cursor.skipLines();
            second = loopName();
            cursor.skipLines();
        }
        if (!cursor.take("in")) {
            throw BakeException.at(
                    cursor.here(), "expected 'in' after the names of 'for'" + cursor.found());
        }
        var collection = head();
        int bodyStart = cursor.at;
        var body = body(parts(Set.of("endfor")), bodyStart);
        var span = cursor.since(start);
        return second == null
                ? new Expr.TemplateFor(null, first, collection, body, span)
                : new Expr.TemplateFor(first, second, collection, body, span);
    }

    private String loopName() throws BakeException {
        var name = cursor.name();
        if (name == null) {
            throw BakeException.at(cursor.here(), "expected a name after 'for'" + cursor.found());
        }
        return name;
    }

    /// The value a directive is about, and the end of its braces.
    private Expr head() throws BakeException {
        boolean before = cursor.multiline;
        cursor.multiline = true;
        var value = new ExpressionParser(cursor).expression();
        cursor.multiline = before;
        closeBraces();
        return value;
    }

    private Expr body(List<Expr> parts, int start) {
        return new Expr.Template(parts, cursor.since(start));
    }
}
