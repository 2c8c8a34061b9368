package dev.slipway.build;

import dev.slipway.image.Digest;
import dev.slipway.image.Image;
import dev.slipway.image.ImageCatalog;
import dev.slipway.image.Lease;
import dev.slipway.image.Store;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/// Who else has layers of the cache.
///
/// @param leased what live processes other than this one work with
/// @param images what images have
record Uses(Set<Digest> leased, Set<Digest> images) {
    static Uses of(Store store) throws IOException {
        var images = new HashSet<Digest>();
        for (var stored : new ImageCatalog(store).list()) {
            Image image = stored.image();
            if (image != null) {
                images.addAll(image.config().diffIds());
            }
        }
        return new Uses(Lease.pinnedByOthers(store), images);
    }
}
