package dev.slipway.build;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Which things of the build cache are meant, in BuildKit's words: `type=exec.cachemount`,
/// `description~=apt`, `inuse`, `shared`, `unused-for=24h`. All of several filters must hold.
public final class CacheFilter {
    /// Everything.
    public static final CacheFilter ALL = new CacheFilter(List.of());

    private final List<Term> terms;

    private CacheFilter(List<Term> terms) {
        this.terms = List.copyOf(terms);
    }

    private interface Term {
        boolean holds(BuildCache.Item item, Instant now);
    }

    /// Turns a span such as `24h` into nanoseconds; negative if it is none.
    @FunctionalInterface
    public interface Spans {
        long nanos(String text);
    }

    /// Reads filters.
    ///
    /// @throws IllegalArgumentException saying what is wrong with one
    public static CacheFilter parse(List<String> texts, Spans spans) {
        var terms = new ArrayList<Term>();
        for (var text : texts) {
            for (var one : text.split(",", -1)) {
                terms.add(term(one.strip(), spans));
            }
        }
        return new CacheFilter(terms);
    }

    private static Term term(String text, Spans spans) {
        int at = 0;
        while (at < text.length() && "=!~".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        var key = text.substring(0, at).toLowerCase(Locale.ROOT);
        int end = at;
        while (end < text.length() && "=!~".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        return term(key, text.substring(at, end), text.substring(end), spans);
    }

    private static Term term(String key, String operator, String value, Spans spans) {
        return switch (key) {
            case "until", "unused-for" -> unusedFor(value, spans);
            case "inuse" -> flag(BuildCache.Item::inUse, operator, value);
            case "shared" -> flag(BuildCache.Item::shared, operator, value);
            case "private" -> flag(item -> !item.shared(), operator, value);
            case "mutable" ->
                    flag(item -> item.kind() == BuildCache.Kind.CACHE_MOUNT, operator, value);
            case "immutable" ->
                    flag(item -> item.kind() != BuildCache.Kind.CACHE_MOUNT, operator, value);
            case "type" -> text(item -> item.kind().word(), operator, value);
            case "description" -> text(BuildCache.Item::description, operator, value);
            case "id" -> id(operator, value);
            default ->
                    throw new IllegalArgumentException(
                            "unknown filter \""
                                    + key
                                    + "\": there are id, type, description, inuse, shared, private,"
                                    + " mutable, immutable, until and unused-for");
        };
    }

    /// A step by its key or the beginning of it; a cache mount by that too, or by the id that the
    /// Dockerfile gives it.
    private static Term id(String operator, String value) {
        if (!operator.equals("=") && !operator.equals("==")) {
            return text(BuildCache.Item::id, operator, value);
        }
        return (item, _) ->
                (!value.isEmpty() && item.id().startsWith(value))
                        || (item.kind() == BuildCache.Kind.CACHE_MOUNT
                                && item.description().equals(value));
    }

    private static Term unusedFor(String value, Spans spans) {
        long nanos = spans.nanos(value);
        if (nanos < 0) {
            throw new IllegalArgumentException(
                    "\"" + value + "\" is no time: write it as 24h or 90m");
        }
        var span = Duration.ofNanos(nanos);
        return (item, now) -> item.lastUsed().isBefore(now.minus(span));
    }

    private interface Fact {
        boolean of(BuildCache.Item item);
    }

    private static Term flag(Fact fact, String operator, String value) {
        boolean wanted =
                switch (value.toLowerCase(Locale.ROOT)) {
                    case "", "true", "1" -> true;
                    case "false", "0" -> false;
                    default ->
                            throw new IllegalArgumentException(
                                    "\"" + value + "\" is neither true nor false");
                };
        boolean negated = operator.equals("!=");
        return (item, _) -> fact.of(item) == (wanted != negated);
    }

    private interface Text {
        String of(BuildCache.Item item);
    }

    private static Term text(Text text, String operator, String value) {
        return switch (operator) {
            case "=", "==" -> (item, _) -> text.of(item).equals(value);
            case "!=" -> (item, _) -> !text.of(item).equals(value);
            case "~=" -> {
                var pattern = pattern(value);
                yield (item, _) -> pattern.matcher(text.of(item)).find();
            }
            default ->
                    throw new IllegalArgumentException(
                            "\"" + operator + "\" compares nothing: there are =, ==, != and ~=");
        };
    }

    private static Pattern pattern(String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "\"" + value + "\" is no regular expression: " + e.getDescription(), e);
        }
    }

    /// These, and one of the ids.
    public CacheFilter andAnyId(List<String> ids) {
        var any = new ArrayList<Term>();
        for (var id : ids) {
            any.add(id("=", id));
        }
        var all = new ArrayList<>(terms);
        all.add((item, now) -> any.stream().anyMatch(term -> term.holds(item, now)));
        return new CacheFilter(all);
    }

    /// Whether all filters hold for `item`.
    public boolean holds(BuildCache.Item item, Instant now) {
        for (var term : terms) {
            if (!term.holds(item, now)) {
                return false;
            }
        }
        return true;
    }
}
