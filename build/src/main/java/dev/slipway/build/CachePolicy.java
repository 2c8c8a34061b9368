package dev.slipway.build;

import dev.slipway.image.ImageException;
import dev.slipway.image.Json;
import dev.slipway.image.Store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What of the build cache goes by itself: `gc.json` in the store, else BuildKit's rules with more
/// patience for cache mounts.
///
/// @param rules applied one after the other
/// @param builds how many records of builds stay
/// @param buildsFor how long any record of a build stays, however many there are
/// @param every how much time passes between two runs at the end of a build; zero: none are made
public record CachePolicy(
        List<BuildCache.Prune> rules, int builds, Duration buildsFor, Duration every) {
    /// The file in the store.
    public static final String FILE = "gc.json";

    private static final long MAX_BYTES = 1 << 20;
    private static final long MB = 1_000_000;
    private static final long GB = 1_000 * MB;

    public CachePolicy {
        rules = List.copyOf(rules);
    }

    /// Reads sizes and spans as people write them.
    public interface Amounts extends CacheFilter.Spans {
        /// Bytes of `10g`; negative if it is no size.
        long bytes(String text);
    }

    /// The policy of a store.
    ///
    /// @throws IllegalArgumentException saying what is wrong with its file
    public static CachePolicy of(Store store, Amounts amounts) throws IOException {
        var file = store.home().resolve(FILE);
        long disk = Files.getFileStore(store.home()).getTotalSpace();
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException(file + " is too long");
            }
            return parse(Json.parseObject(Files.readAllBytes(file)), amounts, disk);
        } catch (NoSuchFileException e) {
            return standard(disk);
        } catch (ImageException | IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /// Without a file: what was not used for two weeks of cache mounts above 512 MB, what was not
    /// used for 60 days, and what is more than fits: at least 10 GB or a tenth of the disk stays,
    /// no more than 100 GB or four fifths of it, and a fifth of the disk is left free.
    static CachePolicy standard(long disk) {
        var mounts = CacheFilter.parse(List.of("type=exec.cachemount"), _ -> -1);
        return new CachePolicy(
                List.of(
                        new BuildCache.Prune(
                                mounts, Duration.ofDays(14), new CacheLimits(512 * MB, 0, 0)),
                        new BuildCache.Prune(
                                CacheFilter.ALL, Duration.ofDays(60), CacheLimits.NONE),
                        new BuildCache.Prune(
                                CacheFilter.ALL,
                                null,
                                new CacheLimits(
                                        Math.min(disk / 10, 10 * GB),
                                        Math.min(disk / 5 * 4, 100 * GB),
                                        disk / 5))),
                50,
                Duration.ofDays(2),
                Duration.ofHours(24));
    }

    private static CachePolicy parse(Json.Obj json, Amounts amounts, long disk)
            throws ImageException {
        for (var name : json.members().keySet()) {
            if (!List.of("rules", "builds", "buildsFor", "every").contains(name)) {
                throw new IllegalArgumentException("unknown member " + name);
            }
        }
        var standard = standard(disk);
        var rules = new ArrayList<BuildCache.Prune>();
        for (var rule : json.objects("rules")) {
            rules.add(rule(rule, amounts, disk));
        }
        long builds = json.number("builds", standard.builds);
        return new CachePolicy(
                json.get("rules") == null ? standard.rules : rules,
                (int) Math.max(0, Math.min(builds, Integer.MAX_VALUE)),
                span(json, "buildsFor", standard.buildsFor, amounts),
                span(json, "every", standard.every, amounts));
    }

    private static BuildCache.Prune rule(Json.Obj rule, Amounts amounts, long disk)
            throws ImageException {
        for (var name : rule.members().keySet()) {
            if (!List.of("filter", "unusedFor", "reservedSpace", "maxUsedSpace", "minFreeSpace")
                    .contains(name)) {
                throw new IllegalArgumentException("unknown member " + name + " of a rule");
            }
        }
        var filter = rule.texts("filter");
        var span = rule.get("unusedFor") == null ? null : Duration.ZERO;
        return new BuildCache.Prune(
                filter == null ? CacheFilter.ALL : CacheFilter.parse(filter, amounts),
                span == null ? null : span(rule, "unusedFor", span, amounts),
                new CacheLimits(
                        space(rule, "reservedSpace", amounts, disk),
                        space(rule, "maxUsedSpace", amounts, disk),
                        space(rule, "minFreeSpace", amounts, disk)));
    }

    private static Duration span(Json.Obj json, String name, Duration otherwise, Amounts amounts)
            throws ImageException {
        var text = json.text(name);
        if (text == null) {
            return otherwise;
        }
        long nanos = amounts.nanos(text);
        if (nanos < 0) {
            throw new IllegalArgumentException(name + ": \"" + text + "\" is no time such as 48h");
        }
        return Duration.ofNanos(nanos);
    }

    /// A size, or a part of the disk: `20%`.
    private static long space(Json.Obj json, String name, Amounts amounts, long disk)
            throws ImageException {
        var text = json.text(name);
        if (text == null) {
            return 0;
        }
        long bytes = -1;
        if (text.endsWith("%")) {
            int percent = PlainNumber.parse(text.substring(0, text.length() - 1));
            bytes = percent < 0 || percent > 100 ? -1 : disk / 100 * percent;
        } else {
            bytes = amounts.bytes(text);
        }
        if (bytes < 0) {
            throw new IllegalArgumentException(
                    name + ": \"" + text + "\" is no size such as 10g or 20%");
        }
        return bytes;
    }

    /// Whether the last run at the end of a build is so long ago that another is due. Costs one
    /// look at the file system.
    public static boolean isDue(Path home, Instant now, Duration every) {
        try {
            var last = Files.getLastModifiedTime(stamp(home)).toInstant();
            return !every.isZero() && last.isBefore(now.minus(every));
        } catch (IOException e) {
            return !every.isZero();
        }
    }

    private static Path stamp(Path home) {
        return home.resolve("cache").resolve("collected");
    }

    /// Forgets what the rules say. One process does this at a time; of two, the second does
    /// nothing.
    ///
    /// @return what was forgotten
    public List<BuildCache.Item> apply(Store store, Instant now) throws IOException {
        var forgotten = new ArrayList<BuildCache.Item>();
        try (var lock = store.tryLock("cache policy")) {
            if (lock == null) {
                return forgotten;
            }
            Files.createDirectories(stamp(store.home()).resolveSibling("."));
            Files.writeString(stamp(store.home()), now.toString());
            var cache = new BuildCache(store);
            for (var rule : rules) {
                forgotten.addAll(cache.prune(store, rule, now));
            }
            cache.dropBuilds(builds, buildsFor, now);
        }
        return forgotten;
    }
}
