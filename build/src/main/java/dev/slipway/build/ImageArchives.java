package dev.slipway.build;

import dev.slipway.image.Manifest;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/// Writes an image of the store as an archive or as an OCI layout.
final class ImageArchives {
    private final Store store;
    private final Manifest manifest;

    ImageArchives(Store store, Manifest manifest) {
        this.store = store;
        this.manifest = manifest;
    }

    void dockerArchive(List<Reference> names, OutputStream out) throws IOException {
        check();
    }

    void ociArchive(List<Reference> names, OutputStream out) throws IOException {
        check();
    }

    void ociDirectory(List<Reference> names, Path directory) throws IOException {
        check();
    }

    private void check() throws IOException {
        if (!manifest.layers().isEmpty()) {
            throw new IOException("archives are not there yet in " + store.home());
        }
    }
}
