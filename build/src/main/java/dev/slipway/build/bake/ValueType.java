package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A type constraint: `string`, `list(number)`, `object({ name = string })` and so on.
sealed interface ValueType {
    /// How it is written.
    String text();

    enum Simple implements ValueType {
        STRING,
        NUMBER,
        BOOL,
        ANY;

        @Override
        public String text() {
            return switch (this) {
                case STRING -> "string";
                case NUMBER -> "number";
                case BOOL -> "bool";
                case ANY -> "any";
            };
        }
    }

    /// `list(element)`
    ///
    /// @param kind `list` or `set`
    record ListOf(String kind, ValueType element) implements ValueType {
        @Override
        public String text() {
            return kind + "(" + element.text() + ")";
        }
    }

    record MapOf(ValueType element) implements ValueType {
        @Override
        public String text() {
            return "map(" + element.text() + ")";
        }
    }

    record TupleOf(List<ValueType> elements) implements ValueType {
        @Override
        public String text() {
            return "tuple(["
                    + String.join(", ", elements.stream().map(ValueType::text).toList())
                    + "])";
        }
    }

    /// `object({ name = type })`
    ///
    /// @param optional names that may be missing
    record ObjectOf(Map<String, ValueType> members, List<String> optional) implements ValueType {
        @Override
        public String text() {
            var parts = new ArrayList<String>();
            members.forEach((name, type) -> parts.add(name + "=" + type.text()));
            return "object({" + String.join(", ", parts) + "})";
        }
    }

    /// Reads a type from the expression it is written as.
    static ValueType of(Expr expr) throws BakeException {
        if (expr instanceof Expr.Literal(Value.Text(String text), Span span)) {
            // As JSON has it.
            var inner = ExpressionParser.whole(new Cursor(new SourceText("type", text)));
            try {
                return of(inner);
            } catch (BakeException e) {
                throw BakeException.at(span, String.valueOf(e.getMessage()), e.hint());
            }
        }
        if (expr instanceof Expr.Name(String name, _)) {
            for (var simple : Simple.values()) {
                if (simple.text().equals(name)) {
                    return simple;
                }
            }
        }
        if (expr instanceof Expr.Call call && call.arguments().size() == 1) {
            return ofCall(call, call.arguments().getFirst());
        }
        throw BakeException.at(
                expr.span(),
                "this is no type",
                "types are string, number, bool, any, list(…), set(…), map(…), tuple([…]) and"
                        + " object({…})");
    }

    private static ValueType ofCall(Expr.Call call, Expr argument) throws BakeException {
        switch (call.name()) {
            case "list", "set" -> {
                return new ListOf(call.name(), of(argument));
            }
            case "map" -> {
                return new MapOf(of(argument));
            }
            case "tuple" -> {
                if (argument instanceof Expr.Items(List<Expr> values, _)) {
                    List<ValueType> elements = new ArrayList<>();
                    for (var value : values) {
                        elements.add(of(value));
                    }
                    return new TupleOf(elements);
                }
            }
            case "object" -> {
                if (argument instanceof Expr.Fields(List<Expr.Field> fields, _)) {
                    return object(fields);
                }
            }
            default -> {}
        }
        throw BakeException.at(call.span(), "this is no type");
    }

    private static ValueType object(List<Expr.Field> fields) throws BakeException {
        var members = new TreeMap<String, ValueType>();
        List<String> optional = new ArrayList<>();
        for (var field : fields) {
            if (!(field.key() instanceof Expr.Literal(Value.Text(String name), _))) {
                throw BakeException.at(
                        field.key().span(), "a member of an object has a plain name");
            }
            var type = field.value();
            if (type instanceof Expr.Call call
                    && call.name().equals("optional")
                    && !call.arguments().isEmpty()) {
                optional.add(name);
                type = call.arguments().getFirst();
            }
            members.put(name, of(type));
        }
        return new ObjectOf(members, optional);
    }

    /// What a value tells of its own type.
    static ValueType ofValue(Value value) {
        return switch (value) {
            case Value.Text _ -> Simple.STRING;
            case Value.Num _ -> Simple.NUMBER;
            case Value.Bool _ -> Simple.BOOL;
            case Value.Null _ -> Simple.ANY;
            case Value.Items(List<Value> values) -> new ListOf("list", common(values));
            case Value.Fields(SortedMap<String, Value> members) ->
                    new MapOf(common(List.copyOf(members.values())));
        };
    }

    private static ValueType common(List<Value> values) {
        ValueType common = null;
        for (var value : values) {
            var type = ofValue(value);
            if (common != null && !common.equals(type)) {
                return Simple.ANY;
            }
            common = type;
        }
        return common == null ? Simple.ANY : common;
    }

    /// Makes `value` one of this type.
    ///
    /// @throws BakeException if there is no way to
    default Value convert(Value value, Span span) throws BakeException {
        if (value instanceof Value.Null) {
            return value;
        }
        var converted =
                switch (this) {
                    case Simple simple -> ofSimple(simple, value);
                    case ListOf list ->
                            value instanceof Value.Items(List<Value> values)
                                    ? Value.items(elements(list, values, span))
                                    : null;
                    case MapOf map ->
                            value instanceof Value.Fields(SortedMap<String, Value> members)
                                    ? members(map, members, span)
                                    : null;
                    case TupleOf tuple ->
                            value instanceof Value.Items(List<Value> values)
                                            && values.size() == tuple.elements().size()
                                    ? tuple(tuple, values, span)
                                    : null;
                    case ObjectOf object ->
                            value instanceof Value.Fields(SortedMap<String, Value> members)
                                    ? members(object, members, span)
                                    : null;
                };
        if (converted == null) {
            throw BakeException.at(
                    span, "this must be of type " + text() + ", and is " + value.typeName());
        }
        return converted;
    }

    private static @org.jspecify.annotations.Nullable Value ofSimple(Simple type, Value value) {
        return switch (type) {
            case STRING -> {
                var text = Conversion.text(value);
                yield text == null ? null : Value.text(text);
            }
            case NUMBER -> {
                var number = Conversion.number(value);
                yield number == null ? null : Value.of(number);
            }
            case BOOL -> {
                var truth = Conversion.truth(value);
                yield truth == null ? null : Value.of(truth);
            }
            case ANY -> value;
        };
    }

    private static List<Value> elements(ListOf type, List<Value> values, Span span)
            throws BakeException {
        List<Value> elements = new ArrayList<>();
        for (var value : values) {
            var element = type.element().convert(value, span);
            if (!type.kind().equals("set") || !elements.contains(element)) {
                elements.add(element);
            }
        }
        return elements;
    }

    private static Value tuple(TupleOf type, List<Value> values, Span span) throws BakeException {
        List<Value> elements = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            elements.add(type.elements().get(i).convert(values.get(i), span));
        }
        return Value.items(elements);
    }

    private static Value members(MapOf type, SortedMap<String, Value> members, Span span)
            throws BakeException {
        var converted = new TreeMap<String, Value>();
        for (var member : members.entrySet()) {
            converted.put(member.getKey(), type.element().convert(member.getValue(), span));
        }
        return Value.fields(converted);
    }

    private static Value members(ObjectOf type, SortedMap<String, Value> members, Span span)
            throws BakeException {
        var converted = new TreeMap<String, Value>();
        for (var member : type.members().entrySet()) {
            var name = member.getKey();
            var value = members.get(name);
            if (value == null && !type.optional().contains(name)) {
                throw BakeException.at(span, "the member " + name + " is missing here");
            }
            converted.put(
                    name,
                    value == null ? Value.Null.VALUE : member.getValue().convert(value, span));
        }
        return Value.fields(converted);
    }
}
