package dev.slipway.build.bake;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// Whether a version is in a range such as `>=1.2, <2 || ~3.1`: semver 2.0.0, with the ranges that
/// npm and Masterminds/semver share.
final class VersionRange {
    /// @param parts major, minor, patch as far as given
    /// @param pre identifiers after `-`
    private record Version(List<BigInteger> parts, List<String> pre) {

        static Version parse(int argument, String text) throws FunctionException {
            var rest = text.startsWith("v") ? text.substring(1) : text;
            int plus = rest.indexOf('+');
            rest = plus < 0 ? rest : rest.substring(0, plus);
            int dash = rest.indexOf('-');
            var core = dash < 0 ? rest : rest.substring(0, dash);
            List<BigInteger> parts = new ArrayList<>();
            for (var part : core.split("\\.", -1)) {
                if (argument == 1 && (part.equals("x") || part.equals("X") || part.equals("*"))) {
                    break;
                }
                if (part.isEmpty() || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    throw new FunctionException(argument, "'" + text + "' is no version");
                }
                parts.add(new BigInteger(part));
            }
            if (parts.size() > 3) {
                throw new FunctionException(argument, "'" + text + "' is no version");
            }
            return new Version(
                    parts,
                    dash < 0 ? List.of() : List.of(rest.substring(dash + 1).split("\\.", -1)));
        }

        BigInteger part(int index) {
            return index < parts.size() ? parts.get(index) : BigInteger.ZERO;
        }

        int compare(Version other) {
            for (int i = 0; i < 3; i++) {
                int order = part(i).compareTo(other.part(i));
                if (order != 0) {
                    return order;
                }
            }
            if (pre.isEmpty() || other.pre.isEmpty()) {
                return Boolean.compare(pre.isEmpty(), other.pre.isEmpty());
            }
            for (int i = 0; i < Math.min(pre.size(), other.pre.size()); i++) {
                int order = compareIdentifiers(pre.get(i), other.pre.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(pre.size(), other.pre.size());
        }

        private static int compareIdentifiers(String a, String b) {
            boolean numeric = isNumber(a);
            if (numeric != isNumber(b)) {
                return numeric ? -1 : 1;
            }
            return numeric ? new BigInteger(a).compareTo(new BigInteger(b)) : a.compareTo(b);
        }

        private static boolean isNumber(String text) {
            return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        }

        /// The first version that differs from this one in the part `index`.
        Version above(int index) {
            List<BigInteger> next = new ArrayList<>();
            for (int i = 0; i <= index; i++) {
                next.add(i == index ? part(i).add(BigInteger.ONE) : part(i));
            }
            return new Version(next, List.of());
        }
    }

    private static final String[] SIGNS = {
        ">=", "=>", "<=", "=<", "!=", "~>", ">", "<", "=", "~", "^"
    };

    private VersionRange() {}

    static boolean matches(String version, String ranges) throws FunctionException {
        var candidate = Version.parse(0, version);
        int start = 0;
        while (start <= ranges.length()) {
            int end = ranges.indexOf("||", start);
            end = end < 0 ? ranges.length() : end;
            if (all(candidate, ranges.substring(start, end))) {
                return true;
            }
            start = end + 2;
        }
        return false;
    }

    private static boolean all(Version candidate, String conditions) throws FunctionException {
        String sign = "";
        for (var word : conditions.replace(',', ' ').strip().split("\\s+", -1)) {
            var found = sign(word);
            var bound = word.substring(found.length());
            if (bound.isEmpty() && !found.isEmpty()) {
                sign = found; // the version is the next word
                continue;
            }
            if (!holds(candidate, sign.isEmpty() ? found : sign, bound)) {
                return false;
            }
            sign = "";
        }
        return true;
    }

    private static String sign(String word) {
        for (var sign : SIGNS) {
            if (word.startsWith(sign)) {
                return sign;
            }
        }
        return "";
    }

    private static boolean holds(Version candidate, String sign, String text)
            throws FunctionException {
        var bound = text.isEmpty() ? new Version(List.of(), List.of()) : Version.parse(1, text);
        int given = bound.parts().size();
        // A pre-release is only in a range that speaks of one.
        if (!candidate.pre().isEmpty() && bound.pre().isEmpty() && !sign.equals("!=")) {
            return false;
        }
        int order = candidate.compare(bound);
        return switch (sign) {
            case ">=", "=>" -> order >= 0;
            case "<=", "=<" -> order <= 0 || within(candidate, bound, given - 1);
            case ">" -> order > 0 && !(given < 3 && within(candidate, bound, given - 1));
            case "<" -> order < 0;
            case "!=" -> given < 3 ? !within(candidate, bound, given - 1) : order != 0;
            case "~", "~>" -> within(candidate, bound, Math.min(1, given - 1));
            case "^" -> within(candidate, bound, caret(bound, given));
            default -> given < 3 ? within(candidate, bound, given - 1) : order == 0;
        };
    }

    /// Whether it is at least `bound` and agrees with it up to the part `index`; -1: in nothing.
    private static boolean within(Version candidate, Version bound, int index) {
        return candidate.compare(bound) >= 0
                && (index < 0 || candidate.compare(bound.above(index)) < 0);
    }

    /// The first part that is not 0, or the last given.
    private static int caret(Version bound, int given) {
        for (int i = 0; i < given; i++) {
            if (bound.part(i).signum() != 0) {
                return i;
            }
        }
        return given - 1;
    }
}
