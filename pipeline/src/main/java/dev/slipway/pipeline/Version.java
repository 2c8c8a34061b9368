package dev.slipway.pipeline;

import org.jspecify.annotations.Nullable;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// A version by semver 2.0.0 or PEP 440.
///
/// @param raw as it was written
/// @param text in its normal form
/// @param numbers major, minor, patch and what may follow
/// @param preRelease what makes it one of those that `latest` does not mean; empty: nothing does
record Version(String raw, String text, List<BigInteger> numbers, String preRelease)
        implements Comparable<Version> {
    private static final Pattern SEMVER =
            Pattern.compile(
                    "[v=\\s]*(\\d+)\\.(\\d+)\\.(\\d+)(?:-?([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z.-]+)?");
    private static final Pattern PEP440 =
            Pattern.compile(
                    "v?(?:(\\d+)!)?(\\d+(?:\\.\\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\\d*))?"
                            + "(?:(?:-(\\d+))|(?:[-_.]?(post|rev|r)[-_.]?(\\d*)))?(?:[-_.]?(dev)[-_.]?(\\d*))?"
                            + "(?:\\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?");

    Version {
        numbers = List.copyOf(numbers);
    }

    /// Reads a semver loosely, as node-semver does: `v1.2.3`; null if it is none.
    static @Nullable Version semver(String text) {
        var matcher = SEMVER.matcher(text.strip());
        if (!matcher.matches()) {
            return null;
        }
        List<BigInteger> numbers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            numbers.add(new BigInteger(matcher.group(i)));
        }
        var pre = matcher.group(4) == null ? "" : matcher.group(4);
        var core = numbers.get(0) + "." + numbers.get(1) + "." + numbers.get(2);
        return new Version(text, pre.isEmpty() ? core : core + "-" + pre, numbers, pre);
    }

    /// Reads a version of PEP 440, appendix B; null if it is none.
    static @Nullable Version pep440(String text) {
        var matcher = PEP440.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return null;
        }
        List<BigInteger> numbers = new ArrayList<>();
        for (var part : matcher.group(2).split("\\.", -1)) {
            numbers.add(new BigInteger(part));
        }
        var out = new StringBuilder();
        if (matcher.group(1) != null && !matcher.group(1).equals("0")) {
            out.append(matcher.group(1)).append('!');
        }
        out.append(String.join(".", numbers.stream().map(BigInteger::toString).toList()));
        var marks = new StringBuilder();
        if (matcher.group(3) != null) {
            marks.append(
                    switch (matcher.group(3)) {
                        case "a", "alpha" -> "a";
                        case "b", "beta" -> "b";
                        default -> "rc";
                    });
            marks.append(number(matcher.group(4)));
        }
        if (matcher.group(5) != null) {
            marks.append(".post").append(number(matcher.group(5)));
        } else if (matcher.group(6) != null) {
            marks.append(".post").append(number(matcher.group(7)));
        }
        if (matcher.group(8) != null) {
            marks.append(".dev").append(number(matcher.group(9)));
        }
        out.append(marks);
        if (matcher.group(10) != null) {
            out.append('+').append(matcher.group(10).replace('-', '.').replace('_', '.'));
        }
        return new Version(text, out.toString(), numbers, marks.toString());
    }

    private static String number(@Nullable String digits) {
        return digits == null || digits.isEmpty() ? "0" : new BigInteger(digits).toString();
    }

    BigInteger number(int index) {
        return index < numbers.size() ? numbers.get(index) : BigInteger.ZERO;
    }

    /// What patterns may name.
    Map<String, String> names() {
        return Map.of(
                "raw", raw,
                "version", text,
                "major", number(0).toString(),
                "minor", number(1).toString(),
                "patch", number(2).toString());
    }

    /// By semver 2.0.0, item 11.
    @Override
    public int compareTo(Version other) {
        for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
            int order = number(i).compareTo(other.number(i));
            if (order != 0) {
                return order;
            }
        }
        if (preRelease.isEmpty() || other.preRelease.isEmpty()) {
            return Boolean.compare(preRelease.isEmpty(), other.preRelease.isEmpty());
        }
        var mine = preRelease.split("\\.", -1);
        var theirs = other.preRelease.split("\\.", -1);
        for (int i = 0; i < Math.min(mine.length, theirs.length); i++) {
            int order = compare(mine[i], theirs[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(mine.length, theirs.length);
    }

    private static int compare(String a, String b) {
        boolean numeric = isNumber(a);
        if (numeric != isNumber(b)) {
            return numeric ? -1 : 1;
        }
        return numeric ? new BigInteger(a).compareTo(new BigInteger(b)) : a.compareTo(b);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
