package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// A `variable` block: its type, what overrides it, and what it must fulfil.
///
/// @param type null when it is not declared
/// @param initial its default; null: none
record Variable(
        String name,
        @Nullable ValueType type,
        @Nullable Expr initial,
        String description,
        List<Body.Block> validations,
        Span span) {
    private static final Set<String> MEMBERS = Set.of("default", "type", "description");

    /// The ending of the variable that gives a value as JSON.
    private static final String JSON = "_JSON";

    static Variable of(Body.Block block) throws BakeException {
        for (var member : block.body().attributes()) {
            if (!MEMBERS.contains(member.name())) {
                throw BakeException.at(
                        member.span(),
                        "a variable has no attribute " + member.name(),
                        Nearest.questionOrList(member.name(), MEMBERS, "attributes"));
            }
        }
        for (var inner : block.body().blocks()) {
            if (!inner.type().equals("validation")) {
                throw BakeException.at(
                        inner.span(),
                        "a variable has no block " + inner.type(),
                        "it has validation");
            }
        }
        var type = block.body().value("type");
        var text = block.body().value("description");
        var description = "";
        if (text instanceof Expr.Literal(Value value, _)) {
            var plain = Conversion.text(value);
            description = plain == null ? "" : plain;
        }
        return new Variable(
                block.name(),
                type == null ? null : ValueType.of(type),
                block.body().value("default"),
                description,
                block.body().blocks(),
                block.span());
    }

    /// Its value.
    ///
    /// @param own what the default came to, or an attribute of the same name; null: neither is
    ///   there
    /// @param declared names of all variables, which their own values override alone
    Value value(@Nullable Value own, BakeEnvironment environment, Collection<String> declared)
            throws BakeException {
        var typed = type == null || own == null ? own : type.convert(own, initialSpan());
        var plain = environment.override(name);
        if ((plain == null || type != null) && !declared.contains(name + JSON)) {
            var json = environment.override(name + JSON);
            if (json != null) {
                return fromJson(json);
            }
        }
        if (plain != null) {
            return fromText(plain, typed);
        }
        if (typed != null) {
            return typed;
        }
        return type == null ? Value.text("") : Value.Null.VALUE;
    }

    private Span initialSpan() {
        return initial == null ? span : initial.span();
    }

    private Value fromJson(String json) throws BakeException {
        Value value;
        try {
            value = JsonValues.parse(json);
        } catch (BakeException e) {
            throw BakeException.at(
                    span, name + JSON + " in the environment is not JSON: " + e.getMessage());
        }
        try {
            return type == null ? value : type.convert(value, span);
        } catch (BakeException e) {
            throw BakeException.at(span, name + JSON + " in the environment: " + e.getMessage());
        }
    }

    private Value fromText(String text, @Nullable Value own) throws BakeException {
        var wanted =
                type != null
                        ? type
                        : own == null ? ValueType.Simple.STRING : ValueType.ofValue(own);
        return switch (wanted) {
            case ValueType.Simple.STRING, ValueType.Simple.ANY -> Value.text(text);
            case ValueType.Simple.BOOL -> {
                var flag = Conversion.flag(text);
                if (flag == null) {
                    throw unfit(text, wanted, null);
                }
                yield Value.of(flag);
            }
            case ValueType.Simple.NUMBER -> {
                var number = Conversion.parse(text);
                if (number == null) {
                    throw unfit(text, wanted, null);
                }
                yield Value.of(number);
            }
            case ValueType.ListOf _, ValueType.TupleOf _ -> {
                List<Value> items = new ArrayList<>();
                for (var field : CsvLine.fields(text)) {
                    items.add(Value.text(field));
                }
                try {
                    yield wanted.convert(Value.items(items), span);
                } catch (BakeException _) {
                    throw unfit(text, wanted, "commas separate the elements");
                }
            }
            case ValueType.MapOf _, ValueType.ObjectOf _ ->
                    throw unfit(text, wanted, "set " + name + JSON + " to an object in JSON");
        };
    }

    private BakeException unfit(String text, ValueType wanted, @Nullable String hint) {
        return BakeException.at(
                span,
                name + " was set to '" + text + "', which is not of type " + wanted.text(),
                hint);
    }

    /// Checks the value against the validations.
    void validate(Evaluator evaluator, Scope scope) throws BakeException {
        for (var validation : validations) {
            var condition = validation.body().value("condition");
            if (condition == null) {
                throw BakeException.at(validation.span(), "a validation has a condition");
            }
            if (!evaluator.truth(condition, scope)) {
                var message = validation.body().value("error_message");
                throw BakeException.at(
                        condition.span(),
                        message == null
                                ? "the variable " + name + " does not fulfil this"
                                : evaluator.text(message, scope));
            }
        }
    }

    BakeVariable described(Value value) {
        var text = Conversion.text(value);
        return new BakeVariable(
                name,
                type == null ? ValueType.ofValue(value).text() : type.text(),
                value instanceof Value.Null
                        ? null
                        : text == null ? JsonValues.compact(value) : text,
                description);
    }
}
