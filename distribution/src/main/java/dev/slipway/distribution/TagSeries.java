package dev.slipway.distribution;

import org.jspecify.annotations.Nullable;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Tags that differ from one another in nothing but the version: `3.12-slim` and `3.13-slim`, but
/// neither `3.13` nor `3.13.1-slim`, which promise something else.
public final class TagSeries {
    /// The first number by which two versions differ.
    public enum Level {
        /// The third or a later one, a pre-release, or a date.
        PATCH,
        MINOR,
        MAJOR;

        /// Returns the name in lower case.
        @Override
        public String toString() {
            return switch (this) {
                case PATCH -> "patch";
                case MINOR -> "minor";
                case MAJOR -> "major";
            };
        }
    }

    /// Numbers of so many digits are dates: 20240101 does not follow 3.
    private static final int DATE_DIGITS = 6;

    private static final Pattern SHAPE = Pattern.compile("(\\D*)(\\d+(?:\\.\\d+)*)(.*)");
    private static final Pattern PRE_RELEASE =
            Pattern.compile(
                    "[-._]?(alpha|beta|dev|ea|m|pre|preview|rc)((?:[-.]?\\d+)*)(?![A-Za-z])(.*)");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private TagSeries() {}

    /// A tag, taken apart.
    ///
    /// @param word of a pre-release; "": it is none
    /// @param preRelease its numbers
    /// @param suffix what is behind the version
    private record Shape(
            String prefix,
            List<BigInteger> numbers,
            boolean isDate,
            String word,
            List<BigInteger> preRelease,
            String suffix) {
        boolean isOfOneSeries(Shape other) {
            return prefix.equals(other.prefix)
                    && suffix.equals(other.suffix)
                    && isDate == other.isDate
                    && numbers.size() == other.numbers.size();
        }

        int compareTo(Shape other) {
            int order = compareNumbers(numbers, other.numbers);
            if (order != 0 || (word.isEmpty() && other.word.isEmpty())) {
                return order;
            }
            if (word.isEmpty() || other.word.isEmpty()) {
                return word.isEmpty() ? 1 : -1;
            }
            return word.equals(other.word)
                    ? compareNumbers(preRelease, other.preRelease)
                    : word.compareTo(other.word);
        }

        Level level(Shape newer) {
            for (int i = 0; i < Math.min(2, numbers.size()) && !isDate; i++) {
                if (!numbers.get(i).equals(newer.numbers.get(i))) {
                    return i == 0 ? Level.MAJOR : Level.MINOR;
                }
            }
            return Level.PATCH;
        }

        /// Whether one who has this wants `newer`: a pre-release is for those who have one of the
        /// same version.
        boolean accepts(Shape newer) {
            return newer.compareTo(this) > 0
                    && (newer.word.isEmpty() || (!word.isEmpty() && numbers.equals(newer.numbers)));
        }
    }

    private static int compareNumbers(List<BigInteger> a, List<BigInteger> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = a.get(i).compareTo(b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    /// The newest of the tags that follow a tag in its series, for each level at which there is
    /// one.
    public static SortedMap<Level, String> newer(String tag, Collection<String> tags) {
        var own = shape(tag);
        if (own == null) {
            return Collections.emptySortedMap();
        }
        var newest = new TreeMap<Level, Shape>();
        var names = new TreeMap<Level, String>();
        for (String each : tags) {
            var other = shape(each);
            if (other == null || !own.isOfOneSeries(other) || !own.accepts(other)) {
                continue;
            }
            var level = own.level(other);
            var best = newest.get(level);
            if (best == null || other.compareTo(best) > 0) {
                newest.put(level, other);
                names.put(level, each);
            }
        }
        return Collections.unmodifiableSortedMap(names);
    }

    private static @Nullable Shape shape(String tag) {
        var shape = SHAPE.matcher(tag);
        if (!shape.matches()) {
            return null;
        }
        var numbers = numbers(shape.group(2));
        boolean date = shape.group(2).length() >= DATE_DIGITS && numbers.size() == 1;
        var rest = shape.group(3);
        var pre = PRE_RELEASE.matcher(rest);
        return pre.matches()
                ? new Shape(
                        shape.group(1),
                        numbers,
                        date,
                        pre.group(1),
                        numbers(pre.group(2)),
                        pre.group(3))
                : new Shape(shape.group(1), numbers, date, "", List.of(), rest);
    }

    private static List<BigInteger> numbers(String text) {
        var numbers = new ArrayList<BigInteger>();
        var matcher = NUMBER.matcher(text);
        while (matcher.find()) {
            numbers.add(new BigInteger(matcher.group()));
        }
        return numbers;
    }
}
