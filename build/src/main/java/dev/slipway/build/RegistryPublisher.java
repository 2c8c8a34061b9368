package dev.slipway.build;

import dev.slipway.distribution.Push;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.TransferListener;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Layer;
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
                var _ =
                        NetworkWait.of(() ->
                                options.byDigest()
                                        ? push.pushByDigest(root, name)
                                        : push.push(root, name, null));
            }
        }
    }

    @Override
    public Ahead ahead(
            Store store,
            Reference name,
            Compression compression,
            Output.Push options,
            Progress progress) {
        var open = registries.apply(new Pieces(progress));
        if (options.insecure()) {
            open.allowInsecure();
        }
        var push = new Push(open, store, compression, false);
        return new Ahead() {
            @Override
            public void check() throws IOException {
                push.checkAccess(name);
            }

            @Override
            public void push(Layer layer) throws IOException {
                push.pushLayer(name, layer);
            }

            @Override
            public void close() {
                open.close();
            }
        };
    }

    /// Blobs as pieces of work.
    private static final class Pieces implements TransferListener {
        private final Progress progress;
        private final Map<Digest, Piece> begun = new ConcurrentHashMap<>();

        private record Piece(String id, String what, long startNanos) {
            static Piece of(Descriptor blob) {
                var id = blob.digest().shortHex();
                var what = "pushing " + id + " (" + blob.size() + " bytes)";
                return new Piece(id, what, System.nanoTime());
            }
        }

        Pieces(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void started(Descriptor blob, long done) {
            var piece = Piece.of(blob);
            if (begun.putIfAbsent(blob.digest(), piece) == null) {
                progress.began(piece.id, piece.what);
            }
        }

        @Override
        public void identified(Descriptor before, Descriptor blob) {
            var piece = begun.remove(before.digest());
            if (piece != null) {
                begun.put(blob.digest(), piece);
            }
        }

        @Override
        public void finished(Descriptor blob, Outcome outcome) {
            var piece = begun.remove(blob.digest());
            if (piece != null) {
                long nanos = System.nanoTime() - piece.startNanos;
                progress.ended(piece.id, piece.what, nanos, null);
            }
        }

        @Override
        public void waiting(String host, Duration pause, String reason) {
            var id = "wait-" + System.nanoTime();
            progress.began(id, "waiting: " + reason);
            progress.ended(id, "waiting: " + reason, pause.toNanos(), null);
        }
    }
}
