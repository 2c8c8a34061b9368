package dev.slipway.build;

import dev.slipway.linux.FileType;
import dev.slipway.linux.Host;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// The SHA-256 of the content of regular files, each computed once. What must be read is read by a
/// thread per core, in buffers of 128 KiB, in the order of the tree. Safe for use by several
/// threads.
final class ContentDigests {
    private static final int BUFFER_BYTES = 128 << 10;

    /// Below this, starting threads costs more than it saves.
    private static final long ALONE_BYTES = 4 << 20;

    private static final long MUCH_BYTES = 32 << 20;
    private static final long LARGE_FILE_BYTES = 1 << 20;

    private static final byte[] EMPTY = KeyHash.sha256().digest();

    private final SourceTree source;
    private final IdentityHashMap<SourceFile, byte[]> digests = new IdentityHashMap<>();

    ContentDigests(SourceTree source) {
        this.source = source;
    }

    /// The digest, which must not be written to; null if the file has not been read, and is not
    /// known from an earlier build.
    byte @Nullable [] known(SourceFile file) {
        if (file.digest() != null) {
            return file.digest();
        }
        if (file.entry().size() == 0) {
            return EMPTY;
        }
        synchronized (this) {
            return digests.get(file);
        }
    }

    /// Takes note of what was read to the end.
    synchronized void put(SourceFile file, byte[] sha256) {
        digests.put(file, sha256);
        source.remember(file, sha256);
    }

    /// Whether most of what must be read are large files, and much in all.
    boolean isMuchUnread(List<SourceFile> files) {
        long bytes = 0;
        long count = 0;
        for (SourceFile file : files) {
            if (file.entry().type() == FileType.REGULAR && known(file) == null) {
                bytes += file.entry().size();
                count++;
            }
        }
        return bytes >= MUCH_BYTES && bytes / count >= LARGE_FILE_BYTES;
    }

    /// Reads those of `files` whose digest is not known.
    void compute(List<SourceFile> files) throws IOException, InterruptedException {
        List<SourceFile> unknown = new ArrayList<>();
        long bytes = 0;
        for (SourceFile file : files) {
            if (file.entry().type() == FileType.REGULAR && known(file) == null) {
                unknown.add(file);
                bytes += file.entry().size();
            }
        }
        if (unknown.isEmpty()) {
            return;
        }
        int threads = bytes < ALONE_BYTES ? 0 : Math.min(Host.cpuCount(), unknown.size());
        new Reading(unknown).run(threads);
    }

    /// One go of reading, shared by threads that each take the next file.
    private final class Reading {
        private final List<SourceFile> files;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private volatile boolean stopped;

        Reading(List<SourceFile> files) {
            this.files = files;
        }

        /// @param threads 0: on the caller's
        void run(int threads) throws IOException, InterruptedException {
            List<Thread> others = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                others.add(Thread.ofPlatform().daemon().name("digest").start(this::work));
            }
            if (threads == 0) {
                work();
            }
            boolean interrupted = Thread.interrupted();
            stopped |= interrupted;
            for (Thread thread : others) {
                interrupted |= join(thread);
            }
            if (interrupted) {
                throw new InterruptedException();
            }
            Throwable thrown = failure.get(); // without a pattern switch, as EventJson says
            if (thrown instanceof IOException e) {
                throw e;
            }
            if (thrown instanceof RuntimeException e) {
                throw e;
            }
            if (thrown instanceof Error e) {
                throw e;
            }
        }

        /// Waits for a thread to end; if told to stop, makes all threads stop first.
        private boolean join(Thread thread) {
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException _) {
                    interrupted = true;
                    stopped = true;
                }
            }
            return interrupted;
        }

        private void work() {
            MessageDigest sha = KeyHash.sha256();
            byte[] buffer = new byte[BUFFER_BYTES];
            try {
                int i = next.getAndIncrement();
                while (i < files.size() && failure.get() == null && !isStopped()) {
                    SourceFile file = files.get(i);
                    read(file, sha, buffer);
                    i = next.getAndIncrement();
                }
            } catch (IOException | RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        }

        private boolean isStopped() {
            return stopped || Thread.currentThread().isInterrupted();
        }

        private void read(SourceFile file, MessageDigest sha, byte[] buffer) throws IOException {
            try (InputStream in = source.open(file)) {
                if (in instanceof UnchangedInput unchanged) {
                    unchanged.digest(sha, this::isStopped);
                    byte[] digest = sha.digest();
                    if (!isStopped()) {
                        put(file, digest);
                    }
                    return;
                }
                long size = 0;
                int count;
                while ((count = in.read(buffer, 0, buffer.length)) >= 0) {
                    sha.update(buffer, 0, count);
                    size += count;
                    if (isStopped()) {
                        return;
                    }
                }
                byte[] digest = sha.digest();
                if (size != file.entry().size()) {
                    throw new FileChangedException(file.entry().path());
                }
                put(file, digest);
            }
        }
    }
}
