package dev.slipway.image;

import java.util.List;

/// What a collection removed, in order.
///
/// @param bytes of disk freed in all
public record Reclaimed(List<Removed> removed, long bytes) {
    public Reclaimed {
        removed = List.copyOf(removed);
    }

    static Reclaimed of(List<Removed> removed) {
        long bytes = 0;
        for (Removed each : removed) {
            bytes += each.bytes();
        }
        return new Reclaimed(removed, bytes);
    }
}
