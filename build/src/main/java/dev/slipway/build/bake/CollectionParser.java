package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Reads what stands in square and curly brackets: lists, objects, and `for` over either.
final class CollectionParser {
    private final Cursor cursor;
    private final ExpressionParser expressions;

    CollectionParser(Cursor cursor, ExpressionParser expressions) {
        this.cursor = cursor;
        this.expressions = expressions;
    }

    /// Reads on after `[`.
    Expr items(int start) throws BakeException {
        cursor.skip();
        if (cursor.looksAtWord("for")) {
            return forItems(start);
        }
        List<Expr> values = new ArrayList<>();
        while (!cursor.take("]")) {
            values.add(expressions.expression());
            cursor.skip();
            if (!cursor.take(",") && cursor.peek() != ']') {
                throw BakeException.at(
                        cursor.here(), "expected ',' or ']' after an element" + cursor.found());
            }
            cursor.skip();
        }
        return new Expr.Items(values, cursor.since(start));
    }

    /// Reads on after `{`.
    Expr fields(int start) throws BakeException {
        cursor.skip();
        if (cursor.looksAtWord("for")) {
            return forFields(start);
        }
        List<Expr.Field> fields = new ArrayList<>();
        while (!cursor.take("}")) {
            fields.add(field());
            cursor.skip();
        }
        return new Expr.Fields(fields, cursor.since(start));
    }

    private Expr.Field field() throws BakeException {
        var key = key();
        cursor.skip();
        if (!cursor.take("=") && !cursor.take(":")) {
            throw BakeException.at(
                    cursor.here(), "expected '=' or ':' after the key" + cursor.found());
        }
        cursor.multiline = false; // a line break ends a field
        cursor.skipLines();
        var value = expressions.expression();
        cursor.skip();
        if (!cursor.take(",") && cursor.peek() != '}' && cursor.peek() != '\n') {
            throw BakeException.at(
                    cursor.here(),
                    "expected ',', '}' or the end of the line after a value" + cursor.found());
        }
        cursor.multiline = true;
        return new Expr.Field(key, value);
    }

    private Expr key() throws BakeException {
        int start = cursor.at;
        var name = cursor.name();
        if (name != null) {
            int end = cursor.at;
            cursor.skip();
            if (cursor.peek() == '=' || cursor.peek() == ':') {
                return new Expr.Literal(Value.text(name), cursor.span(start, end));
            }
            cursor.at = start;
        }
        return expressions.expression();
    }

    private record Loop(@Nullable String key, String value, Expr collection) {}

    private Loop loop() throws BakeException {
        cursor.take("for");
        cursor.skip();
        var first = name();
        cursor.skip();
        String second = null;
        if (cursor.take(",")) {
            cursor.skip();
            second = name();
            cursor.skip();
        }
        if (!cursor.looksAtWord("in")) {
            throw BakeException.at(
                    cursor.here(), "expected 'in' after the names of 'for'" + cursor.found());
        }
        cursor.take("in");
        var collection = expressions.expression();
        cursor.expect(":", "after the collection of 'for'");
        return second == null
                ? new Loop(null, first, collection)
                : new Loop(first, second, collection);
    }

    private String name() throws BakeException {
        var name = cursor.name();
        if (name == null) {
            throw BakeException.at(cursor.here(), "expected a name" + cursor.found());
        }
        return name;
    }

    private Expr forItems(int start) throws BakeException {
        var loop = loop();
        var result = expressions.expression();
        var condition = condition();
        cursor.expect("]", "at the end of 'for'");
        return new Expr.ForItems(
                loop.key(),
                loop.value(),
                loop.collection(),
                result,
                condition,
                cursor.since(start));
    }

    private Expr forFields(int start) throws BakeException {
        var loop = loop();
        var name = expressions.expression();
        cursor.expect("=>", "between the key and the value of 'for'");
        var result = expressions.expression();
        cursor.skip();
        boolean grouped = cursor.take("...");
        var condition = condition();
        cursor.expect("}", "at the end of 'for'");
        return new Expr.ForFields(
                loop.key(),
                loop.value(),
                loop.collection(),
                name,
                result,
                grouped,
                condition,
                cursor.since(start));
    }

    private @Nullable Expr condition() throws BakeException {
        cursor.skip();
        if (!cursor.looksAtWord("if")) {
            return null;
        }
        cursor.take("if");
        return expressions.expression();
    }
}
