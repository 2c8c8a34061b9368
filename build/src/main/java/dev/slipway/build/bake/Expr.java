package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// An expression: HCL native syntax specification, "Expressions". Each knows where it stands.
sealed interface Expr {
    Span span();

    record Literal(Value value, Span span) implements Expr {}

    /// Text with values in it; their texts are joined.
    record Template(List<Expr> parts, Span span) implements Expr {}

    /// A template that is nothing but `${value}`: the value itself, of whatever type.
    record Wrapped(Expr value, Span span) implements Expr {}

    /// `%{ if condition }then%{ else }otherwise%{ endif }`, in a template.
    record TemplateIf(Expr condition, Expr then, Expr otherwise, Span span) implements Expr {}

    /// `%{ for key, value in collection }body%{ endfor }`, in a template.
    record TemplateFor(@Nullable String key, String value, Expr collection, Expr body, Span span)
            implements Expr {}

    record Name(String name, Span span) implements Expr {}

    /// `of.name`
    record Member(Expr of, String name, Span span) implements Expr {}

    /// `of[key]`
    record Index(Expr of, Expr key, Span span) implements Expr {}

    /// `of.*.each` or `of[*].each`: `each` for every element, which [Element] stands for in it.
    record Splat(Expr of, Expr each, Span span) implements Expr {}

    /// The element that a splat is at.
    record Element(Span span) implements Expr {}

    record Items(List<Expr> values, Span span) implements Expr {}

    record Fields(List<Field> fields, Span span) implements Expr {}

    /// A member of an object; a name alone as its key is its own text.
    record Field(Expr key, Expr value) {}

    /// `[for key, value in collection : result if condition]`
    record ForItems(
            @Nullable String key,
            String value,
            Expr collection,
            Expr result,
            @Nullable Expr condition,
            Span span)
            implements Expr {}

    /// `{for key, value in collection : name => result if condition}`
    ///
    /// @param grouped whether `...` gathers the results of equal names into lists
    record ForFields(
            @Nullable String key,
            String value,
            Expr collection,
            Expr name,
            Expr result,
            boolean grouped,
            @Nullable Expr condition,
            Span span)
            implements Expr {}

    record Conditional(Expr condition, Expr then, Expr otherwise, Span span) implements Expr {}

    record Binary(Operator operator, Expr left, Expr right, Span span) implements Expr {}

    record Not(Expr operand, Span span) implements Expr {}

    record Negative(Expr operand, Span span) implements Expr {}

    /// `name(arguments)`
    ///
    /// @param expanded whether `...` makes the last argument's elements arguments
    record Call(String name, List<Expr> arguments, boolean expanded, Span span) implements Expr {}

    enum Operator {
        OR("||", 0),
        AND("&&", 1),
        EQUAL("==", 2),
        NOT_EQUAL("!=", 2),
        LESS_OR_EQUAL("<=", 3),
        GREATER_OR_EQUAL(">=", 3),
        LESS("<", 3),
        GREATER(">", 3),
        PLUS("+", 4),
        MINUS("-", 4),
        TIMES("*", 5),
        DIVIDED_BY("/", 5),
        MODULO("%", 5);

        final String sign;

        /// Higher binds closer.
        final int rank;

        Operator(String sign, int rank) {
            this.sign = sign;
            this.rank = rank;
        }
    }
}
