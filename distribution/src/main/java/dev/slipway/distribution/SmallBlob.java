package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/// A blob in memory.
final class SmallBlob implements BlobSource {
    private final byte[] content;
    private final Descriptor descriptor;

    SmallBlob(byte[] content) {
        this.content = content.clone();
        this.descriptor =
                Descriptor.of("application/octet-stream", Digest.sha256(content), content.length);
    }

    @Override
    public Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public InputStream open(long from) {
        int at = (int) from;
        return new ByteArrayInputStream(content, at, content.length - at);
    }
}
