package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.List;

/// Reads files of HCL's native syntax: attributes and blocks.
final class HclParser {
    private final Cursor cursor;

    private HclParser(Cursor cursor) {
        this.cursor = cursor;
    }

    static Body parse(SourceText source) throws BakeException {
        var cursor = new Cursor(source);
        cursor.take("\uFEFF"); // a byte order mark
        var body = new HclParser(cursor).body();
        if (!cursor.atEnd()) {
            throw BakeException.at(cursor.here(), "there is a '}' too many");
        }
        return body;
    }

    private Body body() throws BakeException {
        cursor.enter();
        List<Body.Attribute> attributes = new ArrayList<>();
        List<Body.Block> blocks = new ArrayList<>();
        cursor.skipLines();
        while (!cursor.atEnd() && cursor.peek() != '}') {
            item(attributes, blocks);
            cursor.skipLines();
        }
        cursor.leave();
        return new Body(attributes, blocks);
    }

    private void item(List<Body.Attribute> attributes, List<Body.Block> blocks)
            throws BakeException {
        int start = cursor.at;
        var name = cursor.name();
        if (name == null) {
            throw BakeException.at(
                    cursor.here(), "expected the name of an attribute or a block" + cursor.found());
        }
        var span = cursor.since(start);
        cursor.skip();
        if (cursor.peek() == '=' && !cursor.looksAt("==")) {
            cursor.at++;
            attributes.add(attribute(name, span, attributes));
            return;
        }
        if (cursor.peek() == ':') {
            throw BakeException.at(cursor.here(), "an attribute is written name = value");
        }
        blocks.add(block(name, span));
    }

    private Body.Attribute attribute(String name, Span span, List<Body.Attribute> before)
            throws BakeException {
        for (var other : before) {
            if (other.name().equals(name)) {
                throw BakeException.at(
                        span, name + " is set twice, first on line " + other.span().place().line());
            }
        }
        var value = new ExpressionParser(cursor).expression();
        endOfItem("the value of " + name);
        return new Body.Attribute(name, value, span);
    }

    private Body.Block block(String type, Span span) throws BakeException {
        List<Body.Label> labels = new ArrayList<>();
        var head = span;
        while (cursor.peek() != '{') {
            int start = cursor.at;
            String label;
            if (cursor.take("\"")) {
                var text = new TemplateParser(cursor).quoted(start);
                if (!(text instanceof Expr.Literal(Value.Text(String words), _))) {
                    throw BakeException.at(text.span(), "the name of a block is plain text");
                }
                label = words;
            } else {
                var word = cursor.name();
                if (word == null) {
                    throw BakeException.at(
                            cursor.here(), "expected '{' or '=' after " + type + cursor.found());
                }
                label = word;
            }
            labels.add(new Body.Label(label, cursor.since(start)));
            head = span.to(cursor.since(start));
            cursor.skip();
        }
        int open = cursor.at++;
        var body = body();
        if (!cursor.take("}")) {
            throw BakeException.at(cursor.span(open, open + 1), "this '{' is not closed");
        }
        endOfItem("a block");
        return new Body.Block(type, labels, body, head);
    }

    private void endOfItem(String what) throws BakeException {
        cursor.skip();
        if (!cursor.atEnd() && cursor.peek() != '\n' && cursor.peek() != '}') {
            throw BakeException.at(
                    cursor.here(), "expected the end of the line after " + what + cursor.found());
        }
    }
}
