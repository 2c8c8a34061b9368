package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What expressions come to.
final class Evaluator {
    /// The name of what a splat is at; no file can write it.
    private static final String ELEMENT = "*";

    private static final int MAX_DEPTH = 400;

    /// Bounds what nested `for`s and functions may make of a small file.
    private static final int MAX_STEPS = 5_000_000;

    private final Functions functions;
    private final Set<String> active = new HashSet<>(); // functions of the file being called
    private int depth;
    private int steps;

    Evaluator(Functions functions) {
        this.functions = functions;
    }

    Value value(Expr expr, Scope scope) throws BakeException {
        if (++depth > MAX_DEPTH || ++steps > MAX_STEPS) {
            throw BakeException.at(expr.span(), "this takes too many steps to evaluate");
        }
        try {
            return of(expr, scope);
        } finally {
            depth--;
        }
    }

    private Value of(Expr expr, Scope scope) throws BakeException {
        return switch (expr) {
            case Expr.Literal e -> e.value();
            case Expr.Template e -> Value.text(text(e, scope));
            case Expr.Wrapped e -> value(e.value(), scope);
            case Expr.TemplateIf e ->
                    value(truth(e.condition(), scope) ? e.then() : e.otherwise(), scope);
            case Expr.TemplateFor e -> Value.text(text(e, scope));
            case Expr.Name e -> name(e, scope);
            case Expr.Member e -> member(e, scope);
            case Expr.Index e -> index(value(e.of(), scope), value(e.key(), scope), e.span());
            case Expr.Splat e -> splat(e, scope);
            case Expr.Element e -> name(new Expr.Name(ELEMENT, e.span()), scope);
            case Expr.Items e -> Value.items(values(e.values(), scope));
            case Expr.Fields e -> fields(e, scope);
            case Expr.ForItems e -> forItems(e, scope);
            case Expr.ForFields e -> forFields(e, scope);
            case Expr.Conditional e -> conditional(e, scope);
            case Expr.Binary e -> binary(e, scope);
            case Expr.Not e -> Value.of(!truth(e.operand(), scope));
            case Expr.Negative e ->
                    Value.of(Operators.number(value(e.operand(), scope), e.operand()).negate());
            case Expr.Call e -> call(e, scope);
        };
    }

    /// Evaluates what must be a string, a number or a bool, as text.
    String text(Expr expr, Scope scope) throws BakeException {
        var text = new StringBuilder();
        if (expr instanceof Expr.Template(List<Expr> parts, _)) {
            for (var part : parts) {
                append(text, text(part, scope), part);
            }
            return text.toString();
        }
        if (expr instanceof Expr.TemplateFor loop) {
            for (var entry : entries(value(loop.collection(), scope), loop.collection())) {
                var inner = at(entry, loop.key(), loop.value(), scope);
                append(text, text(loop.body(), inner), loop);
            }
            return text.toString();
        }
        var value = value(expr, scope);
        var found = Conversion.text(value);
        if (found == null) {
            throw BakeException.at(
                    expr.span(), "this is " + value.typeName() + ", which is no part of a string");
        }
        return found;
    }

    private static void append(StringBuilder text, String more, Expr from) throws BakeException {
        if (text.length() + more.length() > Arguments.MAX_LENGTH) {
            throw BakeException.at(from.span(), "the string becomes too long");
        }
        text.append(more);
    }

    boolean truth(Expr expr, Scope scope) throws BakeException {
        var value = value(expr, scope);
        var truth = Conversion.truth(value);
        if (truth == null) {
            throw BakeException.at(
                    expr.span(), "this must be true or false, and is " + value.typeName());
        }
        return truth;
    }

    private List<Value> values(List<Expr> exprs, Scope scope) throws BakeException {
        List<Value> values = new ArrayList<>(exprs.size());
        for (var expr : exprs) {
            values.add(value(expr, scope));
        }
        return values;
    }

    private static boolean isBlockType(String name) {
        return name.equals("target") || name.equals("group");
    }

    private static Value name(Expr.Name expr, Scope scope) throws BakeException {
        var value = scope.value(expr.name());
        if (value != null) {
            return value;
        }
        if (isBlockType(expr.name())) {
            throw BakeException.at(
                    expr.span(),
                    expr.name() + " alone has no value",
                    "name one and its attribute, as in target.app.tags");
        }
        throw BakeException.at(
                expr.span(),
                "there is no variable " + expr.name(),
                Nearest.question(expr.name(), scope.names()));
    }

    private Value member(Expr.Member expr, Scope scope) throws BakeException {
        if (expr.of() instanceof Expr.Name(String type, _)
                && isBlockType(type)
                && scope.value(type) == null) {
            return block(type, expr.name(), null, expr.span(), scope);
        }
        if (expr.of() instanceof Expr.Member(Expr.Name(String type, _), String label, _)
                && isBlockType(type)
                && scope.value(type) == null) {
            return block(type, label, expr.name(), expr.span(), scope);
        }
        return index(value(expr.of(), scope), Value.text(expr.name()), expr.span());
    }

    private static Value block(
            String type, String label, @Nullable String attribute, Span span, Scope scope)
            throws BakeException {
        var value = scope.block(type, label, attribute, span);
        if (value == null) {
            throw BakeException.at(span, "there is no " + type + " " + label);
        }
        return value;
    }

    private static Value index(Value of, Value key, Span span) throws BakeException {
        return switch (of) {
            case Value.Fields(SortedMap<String, Value> members) -> member(members, key, span);
            case Value.Items(List<Value> values) -> element(values, key, span);
            case Value.Text _, Value.Num _, Value.Bool _, Value.Null _ ->
                    throw BakeException.at(
                            span, of.typeName() + " has neither members nor elements");
        };
    }

    private static Value member(SortedMap<String, Value> members, Value key, Span span)
            throws BakeException {
        var name = Conversion.text(key);
        var value = name == null ? null : members.get(name);
        if (value == null) {
            throw BakeException.at(
                    span,
                    "there is no key " + (name == null ? key.typeName() : name) + " here",
                    Nearest.questionOrList(name == null ? "" : name, members.keySet(), "keys"));
        }
        return value;
    }

    private static Value element(List<Value> values, Value key, Span span) throws BakeException {
        var number = Conversion.number(key);
        int index;
        try {
            index = number == null ? -1 : number.intValueExact();
        } catch (ArithmeticException _) {
            index = -1;
        }
        if (index < 0 || index >= values.size()) {
            throw BakeException.at(
                    span,
                    "the index is outside of the list, which has "
                            + values.size()
                            + (values.size() == 1 ? " element" : " elements"));
        }
        return values.get(index);
    }

    private Value splat(Expr.Splat expr, Scope scope) throws BakeException {
        var of = value(expr.of(), scope);
        var elements =
                switch (of) {
                    case Value.Null _ -> List.<Value>of();
                    case Value.Items(List<Value> values) -> values;
                    default -> List.of(of);
                };
        List<Value> results = new ArrayList<>();
        for (var element : elements) {
            results.add(value(expr.each(), new Locals(Map.of(ELEMENT, element), scope)));
        }
        return Value.items(results);
    }

    private Value fields(Expr.Fields expr, Scope scope) throws BakeException {
        var members = new TreeMap<String, Value>();
        for (var field : expr.fields()) {
            members.put(text(field.key(), scope), value(field.value(), scope));
        }
        return Value.fields(members);
    }

    /// A key and a value of a collection.
    private record Entry(Value key, Value value) {}

    private static List<Entry> entries(Value collection, Expr expr) throws BakeException {
        List<Entry> entries = new ArrayList<>();
        switch (collection) {
            case Value.Items(List<Value> values) -> {
                for (int i = 0; i < values.size(); i++) {
                    entries.add(new Entry(Value.of(i), values.get(i)));
                }
            }
            case Value.Fields(SortedMap<String, Value> members) ->
                    members.forEach((k, v) -> entries.add(new Entry(Value.text(k), v)));
            default ->
                    throw BakeException.at(
                            expr.span(),
                            "'for' takes a list or an object, and this is "
                                    + collection.typeName());
        }
        return entries;
    }

    private static Scope at(Entry entry, @Nullable String key, String value, Scope scope) {
        var values = new HashMap<String, Value>();
        if (key != null) {
            values.put(key, entry.key());
        }
        values.put(value, entry.value());
        return new Locals(values, scope);
    }

    private Value forItems(Expr.ForItems expr, Scope scope) throws BakeException {
        List<Value> results = new ArrayList<>();
        for (var entry : entries(value(expr.collection(), scope), expr.collection())) {
            var inner = at(entry, expr.key(), expr.value(), scope);
            if (expr.condition() == null || truth(expr.condition(), inner)) {
                results.add(value(expr.result(), inner));
            }
        }
        return Value.items(results);
    }

    private Value forFields(Expr.ForFields expr, Scope scope) throws BakeException {
        var results = new TreeMap<String, List<Value>>();
        for (var entry : entries(value(expr.collection(), scope), expr.collection())) {
            var inner = at(entry, expr.key(), expr.value(), scope);
            if (expr.condition() != null && !truth(expr.condition(), inner)) {
                continue;
            }
            var name = text(expr.name(), inner);
            var values = results.computeIfAbsent(name, _ -> new ArrayList<>());
            if (!values.isEmpty() && !expr.grouped()) {
                throw BakeException.at(
                        expr.name().span(),
                        "two elements have the key " + name,
                        "write ... after the value to gather them in a list");
            }
            values.add(value(expr.result(), inner));
        }
        var members = new TreeMap<String, Value>();
        results.forEach((name, values) ->
                members.put(name, expr.grouped() ? Value.items(values) : values.getFirst()));
        return Value.fields(members);
    }

    private Value conditional(Expr.Conditional expr, Scope scope) throws BakeException {
        boolean first = truth(expr.condition(), scope);
        var chosen = value(first ? expr.then() : expr.otherwise(), scope);
        if (chosen instanceof Value.Num || chosen instanceof Value.Bool) {
            // Both sides have one type: beside a string, a number is one too.
            var other = first ? expr.otherwise() : expr.then();
            if (other instanceof Expr.Literal(Value.Text _, _) || other instanceof Expr.Template) {
                return Value.text(text(first ? expr.then() : expr.otherwise(), scope));
            }
        }
        return chosen;
    }

    private Value binary(Expr.Binary expr, Scope scope) throws BakeException {
        if (expr.operator() == Expr.Operator.AND) {
            return Value.of(truth(expr.left(), scope) && truth(expr.right(), scope));
        }
        if (expr.operator() == Expr.Operator.OR) {
            return Value.of(truth(expr.left(), scope) || truth(expr.right(), scope));
        }
        return Operators.apply(expr, value(expr.left(), scope), value(expr.right(), scope));
    }

    private Value call(Expr.Call call, Scope scope) throws BakeException {
        var special = special(call, scope);
        if (special != null) {
            return special;
        }
        List<Value> arguments = values(call.arguments(), scope);
        if (call.expanded()) {
            var last = arguments.removeLast();
            if (!(last instanceof Value.Items(List<Value> more))) {
                throw BakeException.at(
                        call.arguments().getLast().span(),
                        "'...' takes a list, and this is " + last.typeName());
            }
            arguments.addAll(more);
        }
        var user = scope.function(call.name());
        if (user != null) {
            var inner = parameters(user, arguments, call);
            if (!active.add(user.name())) {
                throw BakeException.at(
                        call.span(), "the function " + user.name() + " calls itself");
            }
            try {
                return value(user.result(), inner);
            } finally {
                active.remove(user.name());
            }
        }
        if (!functions.has(call.name())) {
            List<String> known = new ArrayList<>(functions.names());
            known.addAll(scope.functionNames());
            throw BakeException.at(
                    call.span(),
                    "there is no function " + call.name(),
                    Nearest.question(call.name(), known));
        }
        return functions.call(call, arguments);
    }

    private static Scope parameters(
            Scope.UserFunction function, List<Value> arguments, Expr.Call call)
            throws BakeException {
        int count = function.parameters().size();
        if (arguments.size() < count || (arguments.size() > count && function.rest() == null)) {
            throw BakeException.at(
                    call.span(),
                    call.name()
                            + " takes "
                            + (function.rest() == null ? "" : "at least ")
                            + count
                            + (count == 1 ? " argument, not " : " arguments, not ")
                            + arguments.size());
        }
        var values = new HashMap<String, Value>();
        for (int i = 0; i < count; i++) {
            values.put(function.parameters().get(i), arguments.get(i));
        }
        if (function.rest() != null) {
            values.put(function.rest(), Value.items(arguments.subList(count, arguments.size())));
        }
        return new Locals(values, function.scope());
    }

    /// Functions that look at expressions, not at values; null if `call` is of none of them.
    private @Nullable Value special(Expr.Call call, Scope scope) throws BakeException {
        switch (call.name()) {
            case "try" -> {
                BakeException last = null;
                for (var argument : call.arguments()) {
                    try {
                        return value(argument, scope);
                    } catch (BakeException e) {
                        last = e;
                    }
                }
                throw last == null
                        ? BakeException.at(call.span(), "try takes at least one argument")
                        : last;
            }
            case "can" -> {
                try {
                    values(call.arguments(), scope);
                    return Value.Bool.TRUE;
                } catch (BakeException _) {
                    return Value.Bool.FALSE;
                }
            }
            case "convert" -> {
                if (call.arguments().size() != 2) {
                    throw BakeException.at(call.span(), "convert takes a value and a type");
                }
                var type = ValueType.of(call.arguments().get(1));
                var value = value(call.arguments().getFirst(), scope);
                return type.convert(value, call.arguments().getFirst().span());
            }
            default -> {
                return null;
            }
        }
    }
}
