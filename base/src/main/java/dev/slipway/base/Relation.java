package dev.slipway.base;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One package named in a relationship field: `name[:arch] [(op version)]` (Debian policy, 7.1).
record Relation(
        String name,
        @Nullable String architecture,
        @Nullable Operator operator,
        @Nullable DebVersion version) {

    enum Operator {
        LESS("<<"),
        LESS_OR_EQUAL("<="),
        EQUAL("="),
        GREATER_OR_EQUAL(">="),
        GREATER(">>");

        private final String symbol;

        Operator(String symbol) {
            this.symbol = symbol;
        }

        /// `<` and `>` are the deprecated spellings of `<=` and `>=`.
        static @Nullable Operator of(String symbol) {
            return switch (symbol) {
                case "<<" -> LESS;
                case "<=", "<" -> LESS_OR_EQUAL;
                case "=" -> EQUAL;
                case ">=", ">" -> GREATER_OR_EQUAL;
                case ">>" -> GREATER;
                default -> null;
            };
        }

        boolean holds(int comparison) {
            return switch (this) {
                case LESS -> comparison < 0;
                case LESS_OR_EQUAL -> comparison <= 0;
                case EQUAL -> comparison == 0;
                case GREATER_OR_EQUAL -> comparison >= 0;
                case GREATER -> comparison > 0;
            };
        }
    }

    private static final int MAX_FIELD_LENGTH = 256 * 1024;

    static Relation anyVersionOf(String name) {
        return new Relation(name, null, null, null);
    }

    /// Says whether `candidate` is within the bounds. No version (an unversioned `Provides`) is
    /// within none, unless there are no bounds.
    boolean allows(@Nullable DebVersion candidate) {
        if (operator == null || version == null) {
            return true;
        }
        return candidate != null && operator.holds(candidate.compareTo(version));
    }

    /// Reads a field: groups parted by commas, alternatives by bars.
    static List<List<Relation>> parseGroups(String field) throws ArchiveException {
        if (field.length() > MAX_FIELD_LENGTH) {
            throw new ArchiveException("a relationship field is too long: " + field.length());
        }
        var groups = new ArrayList<List<Relation>>();
        for (var group : split(field, ',')) {
            var alternatives = new ArrayList<Relation>();
            for (var alternative : split(group, '|')) {
                alternatives.add(parse(alternative));
            }
            if (!alternatives.isEmpty()) {
                groups.add(List.copyOf(alternatives));
            }
        }
        return List.copyOf(groups);
    }

    /// Reads a field that knows no alternatives, such as `Provides` or `Breaks`.
    static List<Relation> parseList(String field) throws ArchiveException {
        var relations = new ArrayList<Relation>();
        for (var group : parseGroups(field)) {
            relations.addAll(group);
        }
        return List.copyOf(relations);
    }

    static Relation parse(String text) throws ArchiveException {
        int open = text.indexOf('(');
        var head = (open < 0 ? text : text.substring(0, open)).strip();
        int colon = head.indexOf(':');
        var name = colon < 0 ? head : head.substring(0, colon);
        var architecture = colon < 0 ? null : head.substring(colon + 1);
        if (!isName(name)) {
            throw new ArchiveException("not a package relationship: '" + text.strip() + "'");
        }
        if (open < 0) {
            return new Relation(name, architecture, null, null);
        }
        int close = text.indexOf(')', open);
        if (close < 0) {
            throw new ArchiveException("not a package relationship: '" + text.strip() + "'");
        }
        var bound = text.substring(open + 1, close).strip();
        int at = 0;
        while (at < bound.length() && "<>=".indexOf(bound.charAt(at)) >= 0) {
            at++;
        }
        var operator = Operator.of(bound.substring(0, at));
        if (operator == null) {
            throw new ArchiveException("not a version bound: '(" + bound + ")'");
        }
        return new Relation(name, architecture, operator, DebVersion.of(bound.substring(at)));
    }

    /// Policy 5.6.1: lower case letters, digits, `+`, `-`, `.`; at least two of them.
    static boolean isName(String text) {
        if (text.length() < 2 || text.length() > 200) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!plain && (i == 0 || "+-.".indexOf(c) < 0)) {
                return false;
            }
        }
        return text.equals(text.toLowerCase(Locale.ROOT));
    }

    private static List<String> split(String text, char separator) {
        var parts = new ArrayList<String>();
        int from = 0;
        while (from <= text.length()) {
            int to = text.indexOf(separator, from);
            to = to < 0 ? text.length() : to;
            var part = text.substring(from, to).strip();
            if (!part.isEmpty()) {
                parts.add(part);
            }
            from = to + 1;
        }
        return parts;
    }

    @Override
    public String toString() {
        var text = new StringBuilder(name);
        if (architecture != null) {
            text.append(':').append(architecture);
        }
        if (operator != null && version != null) {
            text.append(" (").append(operator.symbol).append(' ').append(version).append(')');
        }
        return text.toString();
    }
}
