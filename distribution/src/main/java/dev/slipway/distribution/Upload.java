package dev.slipway.distribution;

import dev.slipway.distribution.http.HttpBody;
import dev.slipway.distribution.http.HttpResponse;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.GrowingBlob;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;

/// Sends one blob: OCI distribution-spec, "Pushing blobs". It asks first whether the registry has
/// it, then whether it takes it from another repository, and then sends it, in one piece or in
/// chunks. After a failure the registry is asked how much it has, and the rest is sent; a session
/// that is lost is begun anew (distribution 2.8 drops one that broke in the middle of a chunk).
/// Sessions are kept in the store, for a later process to go on.
final class Upload {
    /// Smaller blobs go in one request.
    static final long WHOLE_BYTES = 100L << 20;

    /// Larger ones go in pieces of this size.
    private static final long CHUNK_BYTES = 32L << 20;

    /// The first piece of a blob that is being made is only such a part, as it is waited for; later
    /// ones double. It should not be less than 5 MiB: behind some registries is S3.
    private static final int FIRST_PART = 4;

    private static final int ATTEMPTS = 6;
    private static final int BUFFER_BYTES = 256 << 10;
    private static final String BYTES = "application/octet-stream";

    private final Repository target;
    private final BlobSource source;
    private final List<String> mountable;
    private final @Nullable UploadSessions sessions;
    private final TransferListener listener;
    private final long wholeBytes;

    private Descriptor blob;
    private @Nullable String location;
    private long sent;
    private long leastChunk;

    /// @param mountable repositories of the same registry that may have the blob
    /// @param sessions where sessions are kept; null: nowhere
    /// @param wholeBytes blobs of up to so many bytes go in one request
    Upload(
            Repository target,
            BlobSource source,
            List<String> mountable,
            @Nullable UploadSessions sessions,
            long wholeBytes) {
        this.target = target;
        this.source = source;
        this.blob = source.descriptor();
        this.mountable = mountable;
        this.sessions = sessions;
        this.listener = target.host().listener();
        this.wholeBytes = wholeBytes;
    }

    TransferListener.Outcome run() throws IOException {
        if (target.hasBlob(blob.digest())) {
            return TransferListener.Outcome.PRESENT;
        }
        UploadSessions.Session kept =
                sessions == null ? null : sessions.find(target.name(), blob.digest());
        if (kept != null && resumes(kept)) {
            listener.started(blob, sent);
        } else {
            if (mounts()) {
                return TransferListener.Outcome.MOUNTED;
            }
            listener.started(blob, 0);
        }
        return finish();
    }

    /// The size of pieces.
    static long chunkBytes(long wholeBytes) {
        return Math.min(CHUNK_BYTES, wholeBytes);
    }

    /// Begins before it is known what the blob will be; [#run(GrowingBlob)] is to follow, or
    /// [#cancel].
    void begin() throws IOException {
        start(null);
        sent = 0;
    }

    /// Sends a blob while it is made. What the source's descriptor says of it is provisional, and
    /// only shown.
    ///
    /// @return how it came there, in the end
    TransferListener.Outcome run(GrowingBlob growing) throws IOException {
        listener.started(blob, 0);
        boolean unsure = false;
        try {
            long whole = chunkBytes(wholeBytes);
            long chunk = Math.max(leastChunk, whole / FIRST_PART);
            while (growing.await(sent + chunk) >= sent + chunk) {
                send(chunk);
                chunk = Math.max(leastChunk, Math.min(chunk * 2, whole));
            }
        } catch (InterruptedIOException e) {
            leave(growing);
            throw e;
        } catch (IOException _) {
            unsure = true; // looked into when the blob is whole, which may take as long
        }
        Descriptor whole;
        try {
            Digest digest = growing.awaitDigest();
            long size = growing.await(Long.MAX_VALUE);
            whole = Descriptor.of(blob.mediaType(), digest, size);
        } catch (IOException e) {
            cancel();
            throw e;
        }
        listener.identified(blob, whole);
        blob = whole;
        if (sent > 0 && sessions != null) {
            sessions.keep(target.name(), whole.digest(), String.valueOf(location));
        }
        if (target.hasBlob(whole.digest())) {
            cancel();
            forget();
            return TransferListener.Outcome.PRESENT;
        }
        if (unsure && recover()) {
            forget();
            return TransferListener.Outcome.TRANSFERRED;
        }
        return finish();
    }

    /// Keeps the session for a later process if that will know the blob: it was made, and only its
    /// transfer is interrupted.
    private void leave(GrowingBlob growing) throws IOException {
        Digest digest = growing.digest();
        if (digest != null && sent > 0 && sessions != null) {
            sessions.keep(target.name(), digest, String.valueOf(location));
        } else {
            cancel();
        }
    }

    /// Has the registry forget what was sent, as far as it can be reached.
    void cancel() {
        String at = location;
        location = null;
        if (at != null) {
            target.cancelUpload(at);
        }
    }

    private TransferListener.Outcome finish() throws IOException {
        TransferListener.Outcome outcome = sendAll();
        forget();
        return outcome;
    }

    private void forget() {
        if (sessions != null) {
            sessions.forget(target.name(), blob.digest());
        }
    }

    private boolean resumes(UploadSessions.Session kept) throws IOException {
        location = kept.location();
        try {
            if (askHowMuch()) {
                return true;
            }
        } catch (RegistryException e) {
            if (e.isTemporary()) {
                throw e;
            }
        }
        location = null; // gone, or another registry sits at its place
        return false;
    }

    private void start(@Nullable String from) throws IOException {
        Repository.Begun begun = target.startUpload(blob.digest(), from);
        location = begun == null ? null : begun.location();
        leastChunk = begun == null ? 0 : begun.leastChunk();
    }

    private boolean mounts() throws IOException {
        for (String from : mountable) {
            try {
                start(from);
                if (location == null) {
                    return true;
                }
                return false; // the session it began instead will do
            } catch (RegistryException e) {
                if (e.isTemporary()) {
                    throw e;
                }
                location = null; // not ours to read: send it
            }
        }
        return false;
    }

    private TransferListener.Outcome sendAll() throws IOException {
        for (int failures = 0; ; ) {
            long before = sent;
            try {
                if (location == null) {
                    begin();
                }
                while (!sendNext()) {
                    failures = 0;
                }
                return TransferListener.Outcome.TRANSFERRED;
            } catch (InterruptedIOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                failures = failed(e, before, failures);
            } catch (IOException e) {
                failures = failed(e, before, failures);
            }
            if (recover()) {
                return TransferListener.Outcome.TRANSFERRED;
            }
        }
    }

    private int failed(IOException e, long before, int failures) throws IOException {
        boolean refused =
                e instanceof RegistryException r
                        && r.status() != 0
                        && !r.isTemporary()
                        && !isAboutTheSession(r);
        int count = sent > before ? 1 : failures + 1;
        if (refused || count >= ATTEMPTS) {
            throw e;
        }
        target.host().troubled(e);
        return count;
    }

    /// What another session may do better: 400 as the content came damaged or the session is
    /// confused, 404 as it is gone, 416 as it is elsewhere.
    private static boolean isAboutTheSession(RegistryException e) {
        return e.status() == 400 || e.status() == 404 || e.status() == 416;
    }

    /// Finds out how far the registry is after a failure.
    ///
    /// @return whether it has the whole blob
    private boolean recover() throws IOException {
        if (target.hasBlob(blob.digest())) {
            return true; // only its answer was lost
        }
        long before = sent;
        if (location == null || target.host().takesWholeBlobsOnly() || !askHowMuch()) {
            location = null;
            sent = 0;
        }
        listener.moved(blob, sent - before);
        return false;
    }

    /// Asks for the session's state and goes on from there.
    ///
    /// @return false if the session is gone or of no use
    private boolean askHowMuch() throws IOException {
        String at = String.valueOf(location);
        Call call =
                target.callAt(
                        "GET", "ask for the upload to " + target.name(), at, 204, 202, 404, 400);
        return target.host()
                .exchange(
                        call,
                        answer -> {
                            if (answer.status() == 404 || answer.status() == 400) {
                                return false;
                            }
                            long has = received(answer);
                            if (has < 0 || has > blob.size()) {
                                return false;
                            }
                            if (answer.headers().first("Location") != null) {
                                location = target.location(answer);
                            }
                            sent = has;
                            return true;
                        });
    }

    /// `Range: 0-N` means N + 1 bytes, but `0-0` is also how registries say none: then the session
    /// is of no use, as one byte more or less would spoil it.
    private static long received(HttpResponse answer) {
        String range = answer.headers().first("Range");
        if (range == null) {
            return -1;
        }
        String text = range.startsWith("bytes=") ? range.substring(6) : range;
        if (!text.startsWith("0-")) {
            return -1;
        }
        try {
            long last = Long.parseLong(text.substring(2).strip());
            return last == 0 ? -1 : last + 1;
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    /// Sends the next piece.
    ///
    /// @return whether that was all
    private boolean sendNext() throws IOException {
        boolean whole =
                target.host().takesWholeBlobsOnly() || (sent == 0 && blob.size() <= wholeBytes);
        if (whole || sent == blob.size()) {
            close(whole ? blob.size() : 0);
            return true;
        }
        long chunk = Math.max(leastChunk, chunkBytes(wholeBytes));
        send(Math.min(chunk, blob.size() - sent));
        if (sessions != null) {
            sessions.keep(target.name(), blob.digest(), String.valueOf(location));
        }
        return false;
    }

    /// Sends so many bytes more.
    private void send(long length) throws IOException {
        Call call =
                target.callAt(
                                "PATCH",
                                "push the blob " + blob.digest() + " to " + target.name(),
                                String.valueOf(location),
                                202,
                                204,
                                201)
                        .with("Content-Range", sent + "-" + (sent + length - 1))
                        .with(new Piece(sent, length), BYTES)
                        .once();
        long from = sent;
        target.host()
                .exchange(
                        call,
                        answer -> {
                            long has = received(answer);
                            if (has >= 0 && has != from + length) {
                                throw new IOException(
                                        "the registry has " + has + " bytes of what was sent");
                            }
                            location = target.location(answer);
                            leastChunk = Math.max(leastChunk, Repository.leastChunk(answer));
                            return true;
                        });
        sent += length;
    }

    /// Ends the upload, with the blob in the same request or with nothing more.
    private void close(long length) throws IOException {
        String at =
                Locations.withParameter(
                        String.valueOf(location), "digest", blob.digest().toString());
        Call call =
                target.callAt(
                                "PUT",
                                "push the blob " + blob.digest() + " to " + target.name(),
                                at,
                                201,
                                204)
                        .with(length == 0 ? HttpBody.EMPTY : new Piece(0, length), BYTES)
                        .once();
        target.host()
                .exchange(
                        call,
                        answer -> {
                            String said = answer.headers().first("Docker-Content-Digest");
                            boolean other =
                                    said != null
                                            && said.startsWith(blob.digest().algorithm() + ":")
                                            && !said.equals(blob.digest().toString());
                            if (other) {
                                throw new IOException(
                                        "the registry stored " + said + " for " + blob.digest());
                            }
                            return true;
                        });
        sent = blob.size();
    }

    /// Part of the blob.
    private final class Piece implements HttpBody {
        private final long from;
        private final long length;

        Piece(long from, long length) {
            this.from = from;
            this.length = length;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            long told = 0;
            try (InputStream in = source.open(from)) {
                byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(1, length))];
                long left = length;
                while (left > 0) {
                    int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                    if (n < 0) {
                        throw new EOFException("the blob is shorter than it should be");
                    }
                    out.write(buffer, 0, n);
                    left -= n;
                    told += n;
                    listener.moved(blob, n);
                }
            } catch (IOException e) {
                listener.moved(blob, -told);
                throw e;
            }
        }
    }
}
