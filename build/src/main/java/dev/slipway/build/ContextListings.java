package dev.slipway.build;

import dev.slipway.linux.DirListing;
import dev.slipway.linux.DirSnapshot;
import dev.slipway.linux.DirStat;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What each directory of a context held when it was listed, for [SelectionMemory]. Safe for use by
/// several threads.
final class ContextListings {
    /// Some 300 000 files. A larger context is listed anew each time.
    private static final long MAX_BYTES = 32 << 20;

    private final Map<RawPath, DirSnapshot> snapshots = new HashMap<>();
    private long bytes;
    private boolean distrusted;

    /// Notes what a directory holds.
    ///
    /// @param times knows which stats are too fresh to tell a later change
    synchronized void add(RawPath directory, DirListing listing, StatCache times) {
        if (distrusted) {
            return;
        }
        DirSnapshot snapshot = listing.snapshot();
        if (snapshot == null || !areSettled(listing, times)) {
            distrust();
            return;
        }
        DirSnapshot before = snapshots.put(directory, snapshot);
        bytes += snapshot.length() - (before == null ? 0 : before.length());
        if (bytes > MAX_BYTES || (before != null && !before.equals(snapshot))) {
            distrust();
        }
    }

    private static boolean areSettled(DirListing listing, StatCache times) {
        for (DirStat file : listing.entries()) {
            if (!times.isSettled(file.stat())) {
                return false;
            }
        }
        return true;
    }

    /// Says that selections depend on more than the directories they list.
    synchronized void distrust() {
        distrusted = true;
        snapshots.clear();
    }

    /// The listings beneath all of `sources`; null if they are not to be relied upon.
    synchronized @Nullable Map<RawPath, DirSnapshot> beneath(List<SelectedSource> sources) {
        if (distrusted) {
            return null;
        }
        Map<RawPath, DirSnapshot> found = new HashMap<>();
        for (Map.Entry<RawPath, DirSnapshot> listing : snapshots.entrySet()) {
            for (SelectedSource source : sources) {
                if (listing.getKey().startsWith(source.root().entry().path())) {
                    found.put(listing.getKey(), listing.getValue());
                    break;
                }
            }
        }
        return found;
    }
}
