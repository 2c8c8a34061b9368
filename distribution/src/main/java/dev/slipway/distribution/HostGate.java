package dev.slipway.distribution;

import org.jspecify.annotations.Nullable;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.ThreadLocalRandom;

/// Holds all requests to one host back while it asks for patience, or fails: whoever is told to
/// wait tells all others. Thread-safe.
public final class HostGate {
    private static final int MOST_DOUBLINGS = 6;
    private static final int GOOD_ONES = 5;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_ASKED = Duration.ofSeconds(60);

    private final Duration first;
    private int failures;
    private int goodOnes;
    private long closedUntilNanos = System.nanoTime();

    /// @param first how long to wait after a first failure
    public HostGate(Duration first) {
        this.first = first;
    }

    /// Waits until the host may be asked again.
    public void await() throws InterruptedIOException {
        while (true) {
            long wait;
            synchronized (this) {
                wait = closedUntilNanos - System.nanoTime();
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted");
            }
            if (wait <= 0) {
                return;
            }
            try {
                Thread.sleep(Duration.ofNanos(wait));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    /// A request went well.
    public synchronized void succeeded() {
        if (failures > 0 && ++goodOnes >= GOOD_ONES) {
            failures--;
            goodOnes = 0;
        }
    }

    /// A request failed in a way that may pass.
    ///
    /// @param retryAfter value of the answer's `Retry-After`, in seconds or as a date; null: none
    /// @return how long the gate is closed
    public synchronized Duration failed(@Nullable String retryAfter) {
        goodOnes = 0;
        Duration asked = retryAfter == null ? null : parse(retryAfter);
        Duration pause;
        if (asked != null) {
            pause = asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked;
        } else {
            long nanos = first.toNanos() << Math.min(failures, MOST_DOUBLINGS);
            long capped = Math.min(nanos, LONGEST_PAUSE.toNanos());
            long jitter = ThreadLocalRandom.current().nextLong(capped / 2 + 1);
            pause = Duration.ofNanos(capped / 2 + jitter);
        }
        failures++;
        long until = System.nanoTime() + pause.toNanos();
        if (until - closedUntilNanos > 0) {
            closedUntilNanos = until;
        }
        return pause;
    }

    /// RFC 9110, 10.2.3. Null if it is neither.
    private static @Nullable Duration parse(String text) {
        try {
            long seconds = Long.parseLong(text.strip());
            return seconds < 0 ? null : Duration.ofSeconds(Math.min(seconds, 1_000_000));
        } catch (NumberFormatException _) {
            try {
                var at = ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
                Duration left = Duration.between(ZonedDateTime.now(at.getZone()), at);
                return left.isNegative() ? Duration.ZERO : left;
            } catch (DateTimeParseException _) {
                return null;
            }
        }
    }
}
