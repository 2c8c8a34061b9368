package dev.slipway.build;

/// How long a RUN may take, and how often it is tried again when it fails. Every attempt begins
/// with the same files. No part of a key: a result is a result.
///
/// @param retries how often at most after the first time
/// @param delayNanos how long to wait before the first retry; twice that before the next, and so on
/// @param timeoutNanos how long one attempt may take; 0: as long as it wants
public record Attempts(int retries, long delayNanos, long timeoutNanos) {
    /// Once, without a limit.
    public static final Attempts ONE = new Attempts(0, 1_000_000_000L, 0);

    private static final int MAX_RETRIES = 100;
    private static final long LONGEST_DELAY_NANOS = 60_000_000_000L;

    public Attempts {
        if (retries < 0 || retries > MAX_RETRIES) {
            throw new IllegalArgumentException("retries are 0 to " + MAX_RETRIES);
        }
        if (delayNanos < 0 || timeoutNanos < 0) {
            throw new IllegalArgumentException("a duration is negative");
        }
    }

    /// How long to wait before retry number `retry`, from 1.
    long delayBefore(int retry) {
        long delay = Math.min(delayNanos, LONGEST_DELAY_NANOS);
        for (int i = 1; i < retry && delay < LONGEST_DELAY_NANOS; i++) {
            delay *= 2;
        }
        return Math.min(delay, Math.max(LONGEST_DELAY_NANOS, delayNanos));
    }
}
