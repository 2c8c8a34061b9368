package dev.slipway.cli;

import dev.slipway.cli.options.Amounts;
import dev.slipway.cli.options.UsageException;
import dev.slipway.image.Image;
import dev.slipway.image.ImageCatalog;
import dev.slipway.image.Reference;
import dev.slipway.image.StoredImage;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The conditions of `--filter`, all of which must hold: `dangling`, `label`, `before`, `since`,
/// `until`, `reference`.
final class ImageFilter {
    private interface Condition {
        boolean holds(StoredImage image, @Nullable Reference name);
    }

    private final List<Condition> conditions = new ArrayList<>();

    /// Reads what was given.
    ///
    /// @param known the keys this command takes
    static ImageFilter of(
            List<String> filters, List<String> known, ImageCatalog catalog, Instant now)
            throws UsageException, IOException {
        ImageFilter filter = new ImageFilter();
        List<String> references = new ArrayList<>();
        for (String text : filters) {
            int equals = text.indexOf('=');
            String key = equals < 0 ? text : text.substring(0, equals);
            if (equals < 0 || !known.contains(key)) {
                throw new UsageException(
                        "invalid filter \"" + text + "\"",
                        "Filters are KEY=VALUE with one of " + String.join(", ", known) + ".");
            }
            String value = text.substring(equals + 1);
            if (key.equals("reference")) {
                references.add(value);
            } else {
                filter.conditions.add(condition(key, value, catalog, now));
            }
        }
        if (!references.isEmpty()) {
            filter.conditions.add((_, name) -> matchesAny(name, references));
        }
        return filter;
    }

    /// Whether all conditions hold for the image under this name.
    ///
    /// @param name null for a dangling image
    boolean holds(StoredImage image, @Nullable Reference name) {
        for (Condition condition : conditions) {
            if (!condition.holds(image, name)) {
                return false;
            }
        }
        return true;
    }

    private static Condition condition(String key, String value, ImageCatalog catalog, Instant now)
            throws UsageException, IOException {
        return switch (key) {
            case "dangling" -> {
                boolean wanted = truth(value);
                yield (_, name) -> (name == null) == wanted;
            }
            case "label" -> (image, _) -> hasLabel(image, value);
            case "label!" -> (image, _) -> !hasLabel(image, value);
            case "before" -> {
                Instant limit = created(catalog.find(value));
                yield (image, _) -> created(image).isBefore(limit);
            }
            case "since" -> {
                Instant limit = created(catalog.find(value));
                yield (image, _) -> created(image).isAfter(limit);
            }
            default -> {
                Instant limit = instant(value, now);
                yield (image, _) -> created(image).isBefore(limit);
            }
        };
    }

    /// When the image was made; the epoch when nothing says.
    static Instant created(StoredImage image) {
        Instant created = image.created();
        return created == null ? Instant.EPOCH : created;
    }

    private static boolean truth(String value) throws UsageException {
        return switch (value) {
            case "true", "1", "t" -> true;
            case "false", "0", "f" -> false;
            default -> throw new UsageException("invalid filter dangling=" + value);
        };
    }

    private static boolean hasLabel(StoredImage image, String wanted) {
        Image loaded = image.image();
        Map<String, String> labels = loaded == null ? Map.of() : loaded.config().config().labels();
        int equals = wanted.indexOf('=');
        return equals < 0
                ? labels.containsKey(wanted)
                : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
    }

    /// A point in time: a duration before now (`24h`), seconds since 1970, or RFC 3339.
    static Instant instant(String value, Instant now) throws UsageException {
        long nanos = Amounts.nanos(value);
        if (nanos >= 0) {
            return now.minus(Duration.ofNanos(nanos));
        }
        try {
            return Instant.ofEpochSecond(Long.parseLong(value));
        } catch (NumberFormatException _) {
            // Not that either.
        }
        try {
            return Instant.parse(value.length() == 10 ? value + "T00:00:00Z" : value);
        } catch (DateTimeParseException _) {
            throw new UsageException(
                    "invalid time \"" + value + "\" in a filter",
                    "Use a duration such as 24h, or a date such as 2026-11-23.");
        }
    }

    private static boolean matchesAny(@Nullable Reference name, List<String> patterns) {
        if (name == null) {
            return false;
        }
        for (String pattern : patterns) {
            String familiar = name.familiar();
            String bare = name.familiarName();
            if (glob(pattern, familiar)
                    || glob(pattern, bare)
                    || glob(pattern, name.canonical())
                    || glob(pattern, name.name())) {
                return true;
            }
        }
        return false;
    }

    /// `*` and `?` match anything but `/`.
    static boolean glob(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int mark = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                mark = t;
            } else if (p < pattern.length()
                    && (pattern.charAt(p) == text.charAt(t)
                            || (pattern.charAt(p) == '?' && text.charAt(t) != '/'))) {
                p++;
                t++;
            } else if (star >= 0 && text.charAt(mark) != '/') {
                p = star + 1;
                t = ++mark;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
