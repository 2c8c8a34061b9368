package dev.slipway.linux;

/// A point in time as the kernel keeps it: seconds since 1970 UTC and nanoseconds above them (0 to
/// 999 999 999).
public record Timespec(long seconds, int nanos) implements Comparable<Timespec> {
    public static final Timespec EPOCH = new Timespec(0, 0);

    public Timespec {
        if (nanos < 0 || nanos > 999_999_999) {
            throw new IllegalArgumentException("nanoseconds: " + nanos);
        }
    }

    @Override
    public int compareTo(Timespec other) {
        int bySeconds = Long.compare(seconds, other.seconds);
        return bySeconds != 0 ? bySeconds : Integer.compare(nanos, other.nanos);
    }
}
