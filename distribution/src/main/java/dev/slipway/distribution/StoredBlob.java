package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Store;
import dev.slipway.linux.Fd;

import java.io.IOException;
import java.io.InputStream;

/// A blob of the store.
record StoredBlob(Store store, Descriptor descriptor) implements BlobSource {
    @Override
    public InputStream open(long from) throws IOException {
        Fd file = store.blobs().openFile(descriptor.digest());
        if (from > 0) {
            file.seek(from);
        }
        return new java.io.FilterInputStream(file.inputStream()) {
            @Override
            public void close() {
                file.close();
            }
        };
    }
}
