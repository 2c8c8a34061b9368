package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

/// A point in time as the kernel keeps it: seconds since 1970 UTC and nanoseconds above them (0 to
/// 999 999 999).
public record Timespec(long seconds, int nanos) implements Comparable<Timespec> {
    public static final Timespec EPOCH = new Timespec(0, 0);

    public Timespec {
        if (nanos < 0 || nanos > 999_999_999) {
            throw new IllegalArgumentException("nanoseconds: " + nanos);
        }
    }

    // Not left to the record: its own would be linked when first used, some milliseconds of a
    // build's first RUN.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Timespec time && seconds == time.seconds && nanos == time.nanos;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(seconds) + nanos;
    }

    @Override
    public int compareTo(Timespec other) {
        int bySeconds = Long.compare(seconds, other.seconds);
        return bySeconds != 0 ? bySeconds : Integer.compare(nanos, other.nanos);
    }
}
