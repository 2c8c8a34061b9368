package dev.slipway.lint.shell;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A word of a script: what becomes one argument, or several once it is expanded.
public record ShellWord(List<Part> parts, int start, int end) {
    public ShellWord {
        parts = List.copyOf(parts);
    }

    /// A piece of a word.
    public sealed interface Part {
        /// Returns where it begins.
        int start();

        /// Returns the offset behind it.
        int end();
    }

    /// Text that stands for itself; outside quotes it may be a pattern.
    ///
    /// @param escaped written with a backslash, which is not in `text`
    public record Literal(String text, boolean escaped, int start, int end) implements Part {}

    /// `'…'` or `$'…'`.
    ///
    /// @param text what is between the quotes
    /// @param dollar written `$'…'`; escapes in it are left as they are
    public record Single(String text, boolean dollar, int start, int end) implements Part {}

    /// `"…"`.
    public record DoubleQuoted(List<Part> parts, int start, int end) implements Part {
        public DoubleQuoted {
            parts = List.copyOf(parts);
        }
    }

    /// `$name` or `${…}`.
    ///
    /// @param name of the variable, `@`, `*`, `?` or the like
    /// @param braced written with braces
    /// @param operator what follows the name, such as `:-` or `[`; empty if nothing does. `#` and
    ///   `!` before the name are `length` and `indirect`
    /// @param argument what follows the operator; null if nothing does
    public record Parameter(
            String name,
            boolean braced,
            boolean length,
            boolean indirect,
            String operator,
            @Nullable ShellWord argument,
            int start,
            int end)
            implements Part {}

    /// `$(…)` or `` `…` ``.
    public record Substitution(ShellCommand.Sequence body, boolean backquoted, int start, int end)
            implements Part {}

    /// `$((…))` or `$[…]`.
    ///
    /// @param expression what is between the parentheses
    /// @param parts the expansions in it
    public record Arithmetic(String expression, List<Part> parts, int start, int end)
            implements Part {
        public Arithmetic {
            parts = List.copyOf(parts);
        }
    }

    /// `<(…)` or `>(…)`.
    public record ProcessSubstitution(ShellCommand.Sequence body, int start, int end)
            implements Part {}

    /// Returns the value if no expansion takes part in it, else null. Patterns are not expanded.
    public @Nullable String literal() {
        StringBuilder out = new StringBuilder();
        return literal(parts, out) ? out.toString() : null;
    }

    private static boolean literal(List<Part> parts, StringBuilder out) {
        for (Part part : parts) {
            if (part instanceof Literal l) {
                out.append(l.text());
            } else if (part instanceof Single s) {
                out.append(s.text());
            } else if (!(part instanceof DoubleQuoted d) || !literal(d.parts(), out)) {
                return false;
            }
        }
        return true;
    }

    /// Returns the value with quotes removed and each expansion as `${name}` or, if it is another
    /// one than a variable, `${VAR}`.
    public String simplified() {
        StringBuilder out = new StringBuilder();
        simplify(parts, out);
        return out.toString();
    }

    @SuppressWarnings("IfChainToSwitch") // a switch over types spins a class when it first runs
    private static void simplify(List<Part> parts, StringBuilder out) {
        for (Part part : parts) {
            if (part instanceof Literal l) {
                out.append(l.text());
            } else if (part instanceof Single s) {
                out.append(s.text());
            } else if (part instanceof DoubleQuoted d) {
                simplify(d.parts(), out);
            } else if (part instanceof Parameter p) {
                out.append("${").append(p.name()).append('}');
            } else {
                out.append("${VAR}");
            }
        }
    }

    /// Returns whether any part is in quotes or escaped.
    public boolean quoted() {
        for (Part part : parts) {
            if (part instanceof Single
                    || part instanceof DoubleQuoted
                    || (part instanceof Literal l && l.escaped())) {
                return true;
            }
        }
        return false;
    }
}
