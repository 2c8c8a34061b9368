package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
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

    /// @param blob the layer, compressed
    /// @param isSent whether it is in the registry now
    record Result(Descriptor blob, boolean isSent) {}

    /// Compresses the layer, and sends it if it pays to do so meanwhile.
    Result run() throws IOException {
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
            return new Result(layer.compress(compression), false);
        }
        var growing = new Growing(shown);
        var upload = new Upload(target, growing, List.of(), sessions, wholeBytes);
        Thread compressing = Thread.currentThread();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // To be let in can take many round trips.
            Future<Boolean> begun = threads.submit(() -> begin(upload, compressing));
            try {
                Descriptor blob =
                        layer.compress(
                                compression,
                                made -> {
                                    growing.blob = made;
                                    growing.sending =
                                            threads.submit(() -> send(upload, begun, made));
                                });
                if (growing.sending == null) { // somebody else compressed it
                    awaited(begun);
                    return new Result(blob, false);
                }
                listener.finished(blob, awaited(growing.sending));
                return new Result(blob, true);
            } catch (IOException e) {
                threads.shutdownNow();
                throw refusal(begun, e);
            } catch (RuntimeException e) {
                threads.shutdownNow();
                throw e;
            }
        } finally {
            if (growing.sending == null) {
                upload.cancel();
            }
        }
    }

    /// Whoever may not push learns it now, not when all is compressed.
    private static boolean begin(Upload upload, Thread compressing) throws IOException {
        try {
            upload.begin();
            return true;
        } catch (IOException | RuntimeException e) {
            compressing.interrupt();
            throw e;
        }
    }

    private static TransferListener.Outcome send(
            Upload upload, Future<Boolean> begun, GrowingBlob blob) throws IOException {
        try (blob) {
            awaited(begun);
            TransferListener.Outcome outcome = upload.run(blob);
            blob.taken();
            return outcome;
        }
    }

    /// Why it failed: that [#begin] failed, if it did, and not that it stopped the compression.
    private static IOException refusal(Future<Boolean> begun, IOException e) {
        if (begun.state() != Future.State.FAILED) {
            return e;
        }
        Thread.interrupted(); // that was for the compression
        return Parallel.failure(begun.exceptionNow());
    }

    private static <T> T awaited(Future<T> task) throws IOException {
        try {
            return task.get();
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
