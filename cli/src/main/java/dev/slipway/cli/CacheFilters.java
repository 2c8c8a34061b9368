package dev.slipway.cli;

import dev.slipway.build.CacheFilter;
import dev.slipway.build.CacheLimits;
import dev.slipway.build.CachePolicy;
import dev.slipway.cli.options.Amounts;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/// What the commands about the build cache have in common: filters, limits, and the policy.
final class CacheFilters {
    static final Option FILTER =
            Option.list(
                    "filter",
                    "FILTER",
                    "Only what it holds for: id=, type=, description~=, inuse, shared, until=24h");

    /// Sizes and spans as every option of this command line spells them.
    private static final CachePolicy.Amounts AMOUNTS =
            new CachePolicy.Amounts() {
                @Override
                public long bytes(String text) {
                    return Amounts.bytes(text);
                }

                @Override
                public long nanos(String text) {
                    return Amounts.nanos(text);
                }
            };

    private CacheFilters() {}

    static CacheFilter of(List<String> texts) throws UsageException {
        try {
            return CacheFilter.parse(texts, AMOUNTS);
        } catch (IllegalArgumentException e) {
            throw new UsageException("invalid filter: " + e.getMessage());
        }
    }

    static CacheLimits limits(Parsed line, Option reserved, Option most, Option old, Option free)
            throws UsageException {
        Long used = line.bytes(line.has(most) ? most : old);
        return new CacheLimits(
                orNone(line.bytes(reserved)), orNone(used), orNone(line.bytes(free)));
    }

    private static long orNone(@Nullable Long bytes) {
        return bytes == null ? 0 : bytes;
    }

    static CachePolicy policy(Store store) throws IOException, CommandException {
        try {
            return CachePolicy.of(store, AMOUNTS);
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    String.valueOf(e.getMessage()),
                    "Correct it, or remove it for the usual rules.");
        }
    }
}
