package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Store;

import java.io.IOException;
import java.io.InputStream;

/// A blob that can be read as often as it takes to send it.
public interface BlobSource {
    Descriptor descriptor();

    /// Opens it at a byte. The caller closes it.
    InputStream open(long from) throws IOException;

    /// A blob of the store.
    static BlobSource of(Store store, Descriptor blob) {
        return new StoredBlob(store, blob);
    }

    /// These bytes.
    static BlobSource of(byte[] content) {
        return new SmallBlob(content);
    }
}
