package dev.slipway.build;

import java.util.ArrayList;
import java.util.List;

/// A pattern for one name, as Go's `filepath.Match` understands it: `*`, `?`, `[a-z]`, `[^a]`, and
/// a backslash before what is meant as it stands.
final class GoGlob {
    private final List<Element> elements;

    private GoGlob(List<Element> elements) {
        this.elements = elements;
    }

    private sealed interface Element {
        record Star() implements Element {}

        record AnyOne() implements Element {}

        record Literal(int codePoint) implements Element {}

        /// @param ranges pairs of first and last
        record OneOf(boolean negated, List<Integer> ranges) implements Element {}

        default boolean matches(int c) {
            return switch (this) {
                case Star _ -> false;
                case AnyOne _ -> true;
                case Literal literal -> literal.codePoint == c;
                case OneOf oneOf -> {
                    boolean found = false;
                    for (int i = 0; i < oneOf.ranges.size(); i += 2) {
                        found |= oneOf.ranges.get(i) <= c && c <= oneOf.ranges.get(i + 1);
                    }
                    yield found != oneOf.negated;
                }
            };
        }
    }

    /// Reads a pattern.
    ///
    /// @throws CopyException if a class is not closed or empty, or a backslash comes last
    static GoGlob parse(String text) throws CopyException {
        return new GoGlob(new Parser(text).elements());
    }

    /// Whether a name is a pattern: it has a special character that no backslash takes the meaning
    /// of.
    static boolean isPattern(String text) {
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '*', '?', '[' -> {
                    return true;
                }
                default -> {}
            }
        }
        return false;
    }

    /// A name without its backslashes.
    static String unescape(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && i + 1 < text.length()) {
                i++;
            }
            plain.append(text.charAt(i));
        }
        return plain.toString();
    }

    /// Whether all of `name` matches. A star takes the shortest run that lets the rest match, so
    /// the time is at most the product of both lengths.
    boolean matches(String name) {
        int[] in = name.codePoints().toArray();
        int e = 0;
        int n = 0;
        int afterStar = -1;
        int starEnd = 0;
        while (n < in.length || e < elements.size()) {
            if (e < elements.size() && elements.get(e) instanceof Element.Star) {
                afterStar = ++e;
                starEnd = n;
            } else if (e < elements.size() && n < in.length && elements.get(e).matches(in[n])) {
                e++;
                n++;
            } else if (afterStar >= 0 && starEnd < in.length) {
                e = afterStar;
                n = ++starEnd;
            } else {
                return false;
            }
        }
        return true;
    }

    private static final class Parser {
        private final String text;
        private final int[] in;
        private int at;

        Parser(String text) {
            this.text = text;
            this.in = text.codePoints().toArray();
        }

        List<Element> elements() throws CopyException {
            List<Element> elements = new ArrayList<>();
            while (at < in.length) {
                int c = in[at++];
                elements.add(
                        switch (c) {
                            case '*' -> new Element.Star();
                            case '?' -> new Element.AnyOne();
                            case '[' -> oneOf();
                            case '\\' -> new Element.Literal(take());
                            default -> new Element.Literal(c);
                        });
            }
            return List.copyOf(elements);
        }

        private Element oneOf() throws CopyException {
            boolean negated = at < in.length && in[at] == '^';
            if (negated) {
                at++;
            }
            List<Integer> ranges = new ArrayList<>();
            while (ranges.isEmpty() || peek() != ']') {
                int low = member();
                int high = low;
                if (peek() == '-') {
                    at++;
                    high = member();
                }
                ranges.add(low);
                ranges.add(high);
            }
            at++;
            return new Element.OneOf(negated, List.copyOf(ranges));
        }

        private int member() throws CopyException {
            int c = take();
            if (c == '-' || c == ']') {
                throw malformed();
            }
            return c == '\\' ? take() : c;
        }

        private int peek() throws CopyException {
            if (at >= in.length) {
                throw malformed();
            }
            return in[at];
        }

        private int take() throws CopyException {
            int c = peek();
            at++;
            return c;
        }

        private CopyException malformed() {
            return new CopyException(
                    "malformed pattern '" + text + "'",
                    text.startsWith("[")
                            ? "if JSON was meant, it has double quotes and ends with ];"
                                    + " write a bracket that is meant as it stands as [[]"
                            : "write a bracket that is meant as it stands as [[]");
        }
    }
}
