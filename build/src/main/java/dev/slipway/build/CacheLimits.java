package dev.slipway.build;

/// How much the build cache may hold, in bytes; 0 each: not said.
///
/// @param reserved what is always left to it
/// @param maxUsed the most it may hold
/// @param minFree how much of the disk shall be free
public record CacheLimits(long reserved, long maxUsed, long minFree) {
    /// Nothing said: forget all.
    public static final CacheLimits NONE = new CacheLimits(0, 0, 0);

    /// How much may stay, as BuildKit reckons: 0 if nothing is said.
    ///
    /// @param total what the cache holds
    /// @param free what is free of the disk
    long keep(long total, long free) {
        if (reserved == 0 && maxUsed == 0 && minFree == 0) {
            return 0;
        }
        long keep = maxUsed == 0 ? total : maxUsed;
        if (minFree > free) {
            keep = Math.min(keep, total - (minFree - free));
        }
        return Math.max(Math.max(keep, reserved), 1);
    }
}
