package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Reads expressions of HCL's native syntax.
final class ExpressionParser {
    private static final Expr.Operator[] OPERATORS = Expr.Operator.values();

    private final Cursor cursor;

    ExpressionParser(Cursor cursor) {
        this.cursor = cursor;
    }

    /// Reads one expression and nothing after it.
    static Expr whole(Cursor cursor) throws BakeException {
        cursor.multiline = true;
        var expression = new ExpressionParser(cursor).expression();
        cursor.skip();
        if (!cursor.atEnd()) {
            throw BakeException.at(
                    cursor.here(), "expected the end of the expression" + cursor.found());
        }
        return expression;
    }

    Expr expression() throws BakeException {
        cursor.enter();
        var condition = binary(0);
        cursor.skip();
        if (cursor.peek() != '?') {
            cursor.leave();
            return condition;
        }
        cursor.at++;
        var then = expression();
        cursor.expect(":", "between the two sides of the conditional");
        var otherwise = expression();
        cursor.leave();
        return new Expr.Conditional(
                condition, then, otherwise, condition.span().to(otherwise.span()));
    }

    private Expr binary(int rank) throws BakeException {
        var left = unary();
        while (true) {
            cursor.skip();
            var operator = operator(rank);
            if (operator == null) {
                return left;
            }
            cursor.at += operator.sign.length();
            var right = binary(operator.rank + 1);
            left = new Expr.Binary(operator, left, right, left.span().to(right.span()));
        }
    }

    private Expr.@Nullable Operator operator(int rank) {
        for (var operator : OPERATORS) {
            if (cursor.looksAt(operator.sign)) {
                return operator.rank >= rank ? operator : null;
            }
        }
        return null;
    }

    private Expr unary() throws BakeException {
        cursor.skip();
        int start = cursor.at;
        if (cursor.peek() != '-' && (cursor.peek() != '!' || cursor.looksAt("!="))) {
            return postfix(term());
        }
        boolean negative = cursor.peek() == '-';
        cursor.at++;
        cursor.enter();
        var operand = unary();
        cursor.leave();
        var span = cursor.since(start);
        return negative ? new Expr.Negative(operand, span) : new Expr.Not(operand, span);
    }

    private Expr postfix(Expr of) throws BakeException {
        var value = of;
        while (true) {
            if (cursor.looksAt("...")) {
                return value;
            }
            if (cursor.take(".")) {
                if (cursor.take("*")) {
                    return splat(value, false);
                }
                value = member(value);
            } else if (cursor.take("[*]")) {
                return splat(value, true);
            } else if (cursor.peek() == '[') {
                value = index(value);
            } else {
                return value;
            }
        }
    }

    /// @param full whether indexes too belong to the elements, as after `[*]`
    private Expr splat(Expr of, boolean full) throws BakeException {
        Expr each = new Expr.Element(of.span());
        while (!cursor.looksAt("...")) {
            if (cursor.peek() == '.' && !cursor.looksAt(".*")) {
                cursor.at++;
                each = member(each);
            } else if (full && cursor.peek() == '[' && !cursor.looksAt("[*]")) {
                each = index(each);
            } else {
                break;
            }
        }
        return postfix(new Expr.Splat(of, each, of.span().to(each.span())));
    }

    private Expr member(Expr of) throws BakeException {
        int start = cursor.at;
        var name = cursor.name();
        if (name != null) {
            return new Expr.Member(of, name, of.span().to(cursor.since(start)));
        }
        while (Character.isDigit(cursor.peek())) {
            cursor.at++;
        }
        if (cursor.at == start) {
            throw BakeException.at(cursor.here(), "expected a name after '.'" + cursor.found());
        }
        var digits = cursor.text().substring(start, cursor.at);
        var key = new Expr.Literal(Value.text(digits), cursor.since(start));
        return new Expr.Index(of, key, of.span().to(key.span()));
    }

    private Expr index(Expr of) throws BakeException {
        cursor.at++;
        boolean before = cursor.multiline;
        cursor.multiline = true;
        var key = expression();
        cursor.expect("]", "after the index");
        cursor.multiline = before;
        return new Expr.Index(of, key, of.span().to(cursor.since(cursor.at - 1)));
    }

    private Expr term() throws BakeException {
        char c = cursor.peek();
        int start = cursor.at;
        if (c == '"') {
            cursor.at++;
            return new TemplateParser(cursor).quoted(start);
        }
        if (cursor.looksAt("<<")) {
            return new TemplateParser(cursor).heredoc();
        }
        if (c >= '0' && c <= '9') {
            return number();
        }
        if (c == '(' || c == '[' || c == '{') {
            return bracketed(c);
        }
        var name = cursor.name();
        if (name == null) {
            throw BakeException.at(cursor.here(), "expected a value" + cursor.found());
        }
        if (cursor.peek() == '(') {
            return call(name, start);
        }
        var span = cursor.since(start);
        return switch (name) {
            case "true" -> new Expr.Literal(Value.Bool.TRUE, span);
            case "false" -> new Expr.Literal(Value.Bool.FALSE, span);
            case "null" -> new Expr.Literal(Value.Null.VALUE, span);
            default -> new Expr.Name(name, span);
        };
    }

    private Expr bracketed(char open) throws BakeException {
        boolean before = cursor.multiline;
        int start = cursor.at++;
        cursor.enter();
        cursor.multiline = true;
        var value =
                switch (open) {
                    case '(' -> {
                        var inner = expression();
                        cursor.expect(")", "after the expression");
                        yield inner;
                    }
                    case '[' -> new CollectionParser(cursor, this).items(start);
                    default -> new CollectionParser(cursor, this).fields(start);
                };
        cursor.multiline = before;
        cursor.leave();
        return value;
    }

    private Expr number() throws BakeException {
        int start = cursor.at;
        digits();
        if (cursor.peek() == '.' && isDigit(cursor.at + 1)) {
            cursor.at++;
            digits();
        }
        if (cursor.peek() == 'e' || cursor.peek() == 'E') {
            cursor.at++;
            if (cursor.peek() == '+' || cursor.peek() == '-') {
                cursor.at++;
            }
            digits();
        }
        var span = cursor.since(start);
        var number = Conversion.parse(cursor.text().substring(start, cursor.at));
        if (number == null) {
            throw BakeException.at(span, "this is not a number");
        }
        return new Expr.Literal(Value.of(number), span);
    }

    private void digits() {
        while (isDigit(cursor.at)) {
            cursor.at++;
        }
    }

    private boolean isDigit(int index) {
        return index < cursor.text().length()
                && cursor.text().charAt(index) >= '0'
                && cursor.text().charAt(index) <= '9';
    }

    private Expr call(String name, int start) throws BakeException {
        boolean before = cursor.multiline;
        cursor.at++;
        cursor.multiline = true;
        List<Expr> arguments = new ArrayList<>();
        boolean expanded = false;
        cursor.skip();
        while (!cursor.take(")")) {
            arguments.add(expression());
            cursor.skip();
            if (cursor.take("...")) {
                expanded = true;
                cursor.expect(")", "after '...', which stands after the last argument");
                break;
            }
            if (!cursor.take(",") && cursor.peek() != ')') {
                throw BakeException.at(
                        cursor.here(), "expected ',' or ')' after an argument" + cursor.found());
            }
            cursor.skip();
        }
        cursor.multiline = before;
        return new Expr.Call(name, arguments, expanded, cursor.since(start));
    }
}
