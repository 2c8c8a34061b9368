package dev.slipway.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where a secret's bytes come from. Read only when a RUN asks for it, never stored.
@FunctionalInterface
public interface SecretSource {
    /// The most a secret may hold, in bytes, as in BuildKit.
    int MAX_BYTES = 500 * 1024;

    /// Reads the secret.
    byte[] read() throws IOException;

    /// A secret kept in a file.
    static SecretSource file(Path path) {
        return () -> {
            if (Files.size(path) > MAX_BYTES) {
                throw new IOException(path + ": a secret may hold at most 500 KiB");
            }
            return Files.readAllBytes(path);
        };
    }

    /// A secret the caller already holds.
    static SecretSource of(byte[] value) {
        var copy = value.clone();
        return copy::clone;
    }
}
