package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.GrowingBlob;
import dev.slipway.image.Layer;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.compress.Compression;
import dev.slipway.image.compress.Format;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Compresses a layer, and sends what is there of it meanwhile: whichever is slower, the other
/// costs no time. What the registry turns out to have is not sent to the end.
final class CompressingUpload {
    private final Repository target;
    private final Layer layer;
    private final Compression compression;
    private final UploadSessions sessions;
    private final TransferListener listener;
    private final long wholeBytes;

    /// @param wholeBytes blobs of up to so many bytes go in one request
    CompressingUpload(
            Repository target,
            Layer layer,
            Compression compression,
            UploadSessions sessions,
            long wholeBytes) {
        this.target = target;
        this.layer = layer;
        this.compression = compression;
        this.sessions = sessions;
        this.listener = target.host().listener();
        this.wholeBytes = wholeBytes;
    }

    /// Compresses the layer, and sends it if that is worth it.
    ///
    /// @return the blob, if it is in the registry now; null if it was only compressed
    @Nullable Digest run() throws IOException {
        String type =
                compression.format() == Format.ZSTD
                        ? MediaTypes.OCI_LAYER_ZSTD
                        : MediaTypes.OCI_LAYER_GZIP;
        Descriptor shown = Descriptor.of(type, layer.diffId(), layer.size());
        listener.compressing(shown);
        boolean early =
                layer.size() > Upload.chunkBytes(wholeBytes)
                        && !target.host().takesWholeBlobsOnly();
        if (!early) {
            layer.compress(compression);
            return null;
        }
        var growing = new Growing(shown);
        var upload = new Upload(target, growing, List.of(), sessions, wholeBytes);
        upload.begin(); // whoever may not push learns it now
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                Descriptor blob =
                        layer.compress(
                                compression,
                                made -> {
                                    growing.blob = made;
                                    growing.sending = threads.submit(() -> send(upload, made));
                                });
                return growing.sending == null ? null : awaited(growing.sending, blob);
            } catch (IOException | RuntimeException e) {
                threads.shutdownNow();
                throw e;
            }
        } finally {
            if (growing.sending == null) {
                upload.cancel();
            }
        }
    }

    private TransferListener.Outcome send(Upload upload, GrowingBlob blob) throws IOException {
        try (blob) {
            return upload.run(blob);
        }
    }

    private Digest awaited(Future<TransferListener.Outcome> sending, Descriptor blob)
            throws IOException {
        try {
            listener.finished(blob, sending.get());
            return blob.digest();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw Parallel.failure(e.getCause());
        }
    }

    /// The blob, once it is begun.
    private static final class Growing implements BlobSource {
        private final Descriptor shown;
        private volatile @Nullable GrowingBlob blob;
        private @Nullable Future<TransferListener.Outcome> sending;

        Growing(Descriptor shown) {
            this.shown = shown;
        }

        @Override
        public Descriptor descriptor() {
            return shown;
        }

        @Override
        public InputStream open(long from) {
            return java.util.Objects.requireNonNull(blob).open(from);
        }
    }
}
