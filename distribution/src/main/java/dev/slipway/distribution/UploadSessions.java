package dev.slipway.distribution;

import dev.slipway.image.Digest;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Uploads that may have broken off, in the store's `partial`: where each registry waits for the
/// rest. How much it has it says itself.
final class UploadSessions {
    private static final int MAX_BYTES = 64 << 10;

    private final Store store;

    UploadSessions(Store store) {
        this.store = store;
    }

    /// @param location to send the rest to
    record Session(String location) {
        /// A location may hold what authorizes it.
        @Override
        public String toString() {
            return "session";
        }
    }

    @Nullable Session find(String repository, Digest blob) {
        try {
            Path file = file(repository, blob);
            if (!Files.exists(file) || Files.size(file) > MAX_BYTES) {
                return null;
            }
            Json.Obj json = Json.parseObject(Files.readAllBytes(file));
            boolean same =
                    json.text("repository", "").equals(repository)
                            && json.text("digest", "").equals(blob.toString());
            String location = json.text("location", "");
            return same && !location.isEmpty() ? new Session(location) : null;
        } catch (IOException _) {
            return null; // half written, or gone
        }
    }

    void keep(String repository, Digest blob, String location) throws IOException {
        byte[] json =
                JsonWriter.plain()
                        .beginObject()
                        .member("repository", repository)
                        .member("digest", blob.toString())
                        .member("location", location)
                        .endObject()
                        .toBytes();
        store.publish(file(repository, blob), json);
    }

    void forget(String repository, Digest blob) {
        try {
            Files.deleteIfExists(file(repository, blob));
        } catch (IOException _) {
            // A later upload finds the session gone.
        }
    }

    private Path file(String repository, Digest blob) throws IOException {
        byte[] key = (repository + '@' + blob).getBytes(StandardCharsets.UTF_8);
        return store.blobs().partial("upload-" + Digest.sha256(key).hex());
    }
}
