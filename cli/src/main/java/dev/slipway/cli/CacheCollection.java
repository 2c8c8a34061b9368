package dev.slipway.cli;

import dev.slipway.build.BuildCache;
import dev.slipway.build.CachePolicy;
import dev.slipway.image.Collector;
import dev.slipway.image.Reclaimed;
import dev.slipway.image.Store;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/// The policy of the build cache, applied.
final class CacheCollection {
    private CacheCollection() {}

    /// Applies it now.
    ///
    /// @param forgotten gets what was forgotten
    static Reclaimed run(Session session, List<BuildCache.Item> forgotten) throws Exception {
        Store store = session.store();
        forgotten.addAll(CacheFilters.policy(store).apply(store, session.now()));
        return new Collector(store, StoreUsers.of(store)).sweep();
    }

    /// Applies it after a build that did something, if that is due: at most once in the time the
    /// policy says, by one process, and without a word. A failure is none of the build's.
    static void afterBuild(Session session) {
        Instant now = session.now();
        try {
            Store store = session.store();
            CachePolicy policy = CacheFilters.policy(store);
            if (CachePolicy.isDue(store.home(), now, policy.every())
                    && !policy.apply(store, now).isEmpty()) {
                new Collector(store, StoreUsers.of(store)).sweep();
            }
        } catch (IOException | CommandException e) {
            session.err().println("warning: cannot tidy up the build cache: " + e.getMessage());
        }
    }
}
