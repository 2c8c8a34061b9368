package dev.slipway.distribution;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The order of tags: versions by Semantic Versioning 2.0, 11 (a leading `v` and missing parts are
/// allowed), the newest last; before them what is no version, by name.
public final class TagOrder implements Comparator<String> {
    /// The only one there need be.
    public static final TagOrder INSTANCE = new TagOrder();

    private TagOrder() {}

    /// A version.
    ///
    /// @param numbers the parts before any `-`
    /// @param prerelease the parts after it; empty for a release
    private record Version(List<String> numbers, List<String> prerelease) {}

    /// Whether a tag is a version at all.
    public static boolean isVersion(String tag) {
        return !parse(tag).numbers().isEmpty();
    }

    /// Whether a tag is a version that is no prerelease.
    public static boolean isRelease(String tag) {
        Version version = parse(tag);
        return !version.numbers().isEmpty() && version.prerelease().isEmpty();
    }

    /// How many numbers a version has; 0 for what is none.
    public static int precision(String tag) {
        return parse(tag).numbers().size();
    }

    private static Version parse(String tag) {
        String text = tag.startsWith("v") ? tag.substring(1) : tag;
        int plus = text.indexOf('+');
        if (plus >= 0) {
            text = text.substring(0, plus);
        }
        int dash = text.indexOf('-');
        String main = dash < 0 ? text : text.substring(0, dash);
        List<String> numbers = split(main);
        for (String each : numbers) {
            if (!isNumber(each)) {
                return new Version(List.of(), List.of());
            }
        }
        return new Version(numbers, dash < 0 ? List.of() : split(text.substring(dash + 1)));
    }

    private static List<String> split(String text) {
        var parts = new ArrayList<String>();
        int from = 0;
        for (int to = text.indexOf('.'); to >= 0; to = text.indexOf('.', from)) {
            parts.add(text.substring(from, to));
            from = to + 1;
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    @Override
    public int compare(String a, String b) {
        Version first = parse(a);
        Version second = parse(b);
        if (first.numbers().isEmpty() || second.numbers().isEmpty()) {
            boolean neither = first.numbers().isEmpty() && second.numbers().isEmpty();
            return neither ? a.compareTo(b) : first.numbers().isEmpty() ? -1 : 1;
        }
        int byNumber = compareParts(first.numbers(), second.numbers());
        if (byNumber != 0) {
            return byNumber;
        }
        if (first.prerelease().isEmpty() != second.prerelease().isEmpty()) {
            return first.prerelease().isEmpty() ? 1 : -1;
        }
        int byPrerelease = compareParts(first.prerelease(), second.prerelease());
        return byPrerelease != 0 ? byPrerelease : a.compareTo(b);
    }

    private static int compareParts(List<String> a, List<String> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = comparePart(a.get(i), b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    private static int comparePart(String a, String b) {
        boolean aNumber = isNumber(a);
        boolean bNumber = isNumber(b);
        if (aNumber && bNumber) {
            String x = withoutZeros(a);
            String y = withoutZeros(b);
            return x.length() != y.length()
                    ? Integer.compare(x.length(), y.length())
                    : x.compareTo(y);
        }
        return aNumber != bNumber ? (aNumber ? -1 : 1) : a.compareTo(b);
    }

    private static String withoutZeros(String number) {
        int at = 0;
        while (at < number.length() - 1 && number.charAt(at) == '0') {
            at++;
        }
        return number.substring(at);
    }
}
