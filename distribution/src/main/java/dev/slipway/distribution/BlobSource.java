package dev.slipway.distribution;

import dev.slipway.image.Descriptor;

import java.io.IOException;
import java.io.InputStream;

/// A blob that can be read as often as it takes to send it.
interface BlobSource {
    Descriptor descriptor();

    /// Opens it at a byte. The caller closes it.
    InputStream open(long from) throws IOException;
}
