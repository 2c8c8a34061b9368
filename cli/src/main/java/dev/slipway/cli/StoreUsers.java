package dev.slipway.cli;

import dev.slipway.build.BuildCache;
import dev.slipway.image.Roots;
import dev.slipway.image.Store;

import java.util.List;

/// Who uses objects of the store besides images: the collector asks them all.
final class StoreUsers {
    private StoreUsers() {}

    static List<Roots> of(Store store) {
        return List.of(new BuildCache(store));
    }
}
