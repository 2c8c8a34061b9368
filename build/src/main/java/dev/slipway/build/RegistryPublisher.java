package dev.slipway.build;

import dev.slipway.distribution.Push;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.TransferListener;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Pushes results with the registry client, and shows each blob as a piece of work.
final class RegistryPublisher implements Publisher {
    private final Function<TransferListener, Registries> registries;

    RegistryPublisher(Function<TransferListener, Registries> registries) {
        this.registries = registries;
    }

    @Override
    public void push(
            Store store,
            Descriptor root,
            List<Reference> names,
            Output.Push options,
            Progress progress)
            throws IOException {
        try (var open = registries.apply(new Pieces(progress))) {
            if (options.insecure()) {
                open.allowInsecure();
            }
            var push = new Push(open, store, Compression.gzip(), false);
            for (var name : names) {
                if (options.byDigest()) {
                    push.pushByDigest(root, name);
                } else {
                    push.push(root, name, null);
                }
            }
        }
    }

    /// Blobs as pieces of work.
    private static final class Pieces implements TransferListener {
        private final Progress progress;
        private final Map<Digest, Long> begun = new ConcurrentHashMap<>();

        Pieces(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void started(Descriptor blob, long done) {
            if (begun.putIfAbsent(blob.digest(), System.nanoTime()) == null) {
                progress.began(blob.digest().shortHex(), what(blob));
            }
        }

        @Override
        public void finished(Descriptor blob, Outcome outcome) {
            var start = begun.remove(blob.digest());
            if (start != null) {
                long nanos = System.nanoTime() - start;
                progress.ended(blob.digest().shortHex(), what(blob), nanos, null);
            }
        }

        @Override
        public void waiting(String host, Duration pause, String reason) {
            var id = "wait-" + System.nanoTime();
            progress.began(id, "waiting: " + reason);
            progress.ended(id, "waiting: " + reason, pause.toNanos(), null);
        }

        private static String what(Descriptor blob) {
            return "pushing " + blob.digest().shortHex() + " (" + blob.size() + " bytes)";
        }
    }
}
