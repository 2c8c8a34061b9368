package dev.slipway.base;

import dev.slipway.base.VerificationException.Reason;
import dev.slipway.image.Digest;
import dev.slipway.image.InvalidImageException;
import dev.slipway.image.Store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Keeps what was downloaded in the store, so that it is downloaded once: packages and indexes as
/// blobs, by their hash; releases and what came of them as small files below `cache/base`.
final class PackageCache {
    private static final int BUFFER_BYTES = 128 << 10;

    private final Store store;

    PackageCache(Store store) {
        this.store = store;
    }

    /// Says whether the file is here; then it stays until the store is closed.
    boolean contains(Digest digest) throws IOException {
        store.lease().use(digest);
        return store.blobs().contains(digest);
    }

    InputStream open(Digest digest) throws IOException {
        return store.blobs().open(digest);
    }

    /// Downloads a file whose hash and size are known; nothing else is ever kept.
    void download(Downloads downloads, String url, Digest digest, long size)
            throws IOException, BaseException {
        if (contains(digest)) {
            return;
        }
        downloads.fetch(
                url,
                body -> {
                    copy(body, url, digest, size);
                    return digest;
                });
    }

    private void copy(InputStream body, String url, Digest digest, long size)
            throws IOException, BaseException {
        try (var writer = store.blobs().create()) {
            byte[] buffer = new byte[BUFFER_BYTES];
            int n;
            while ((n = body.readNBytes(buffer, 0, buffer.length)) > 0) {
                writer.write(buffer, 0, n);
                if (writer.size() > size) {
                    throw wrong(url, "it is larger than the " + size + " bytes that were signed");
                }
            }
            if (writer.size() < size) {
                throw new IOException(
                        "it ends after "
                                + writer.size()
                                + " of the "
                                + size
                                + " bytes that were signed");
            }
            try {
                writer.commit(digest, size);
            } catch (InvalidImageException e) {
                throw wrong(url, "its SHA-256 is not the one that was signed");
            }
        }
    }

    private static VerificationException wrong(String url, String why) {
        return new VerificationException(
                Reason.WRONG_CONTENT,
                Downloads.safe(url) + " cannot be trusted: " + why,
                "the mirror is being updated or has been tampered with: try again, or another");
    }

    /// Where the last good copy of `url` is kept.
    Path keptFile(String url) throws IOException {
        return file("releases", url);
    }

    /// Where something that follows from `key` is kept.
    ///
    /// @param kind a directory
    Path file(String kind, String key) throws IOException {
        var directory = store.home().resolve("cache").resolve("base").resolve(kind);
        Files.createDirectories(directory);
        return directory.resolve(Digest.sha256(key.getBytes(StandardCharsets.UTF_8)).hex());
    }
}
