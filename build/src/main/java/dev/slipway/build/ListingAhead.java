package dev.slipway.build;

import dev.slipway.linux.Host;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Uninterruptibly;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Lists directories of a context before a walk comes to them, on a thread beside it.
///
/// The walk takes what is ready, and lists for itself what has not been begun. The other thread
/// begins with what the walk will reach last, so that they hardly ever wait for each other. Only
/// the walk may call; [#close] ends the thread.
final class ListingAhead implements AutoCloseable {
    /// Fewer directories are listed sooner than a thread is started.
    private static final int WORTH_A_THREAD = 8;

    private final SourceTree source;
    private final boolean alone;

    // All guarded by this.
    private final Map<RawPath, Listing> listings = new HashMap<>();
    private final Deque<Listing> waiting = new ArrayDeque<>(); // in the order of the walk
    private @Nullable Thread helper;
    private boolean closed;

    /// One directory. Guarded by the object around it.
    private static final class Listing {
        final RawPath directory;
        boolean begun;
        @Nullable List<SourceFile> files;
        @Nullable Exception failure;

        Listing(RawPath directory) {
            this.directory = directory;
        }

        boolean isDone() {
            return files != null || failure != null;
        }
    }

    /// @param alone whether the walk may pass by directories: then none is listed before its time
    ListingAhead(SourceTree source, boolean alone) {
        this.source = source;
        this.alone = alone || !(source instanceof SourceTree.OfContext) || Host.cpuCount() < 2;
    }

    /// What `directory` holds.
    List<SourceFile> children(RawPath directory) throws IOException, InterruptedException {
        if (alone) {
            return source.children(directory);
        }
        List<SourceFile> ready = take(directory);
        if (ready != null) {
            return ready;
        }
        List<SourceFile> files = source.children(directory);
        announce(files, true);
        return files;
    }

    /// Null if the walk is to list it.
    private synchronized @Nullable List<SourceFile> take(RawPath directory)
            throws IOException, InterruptedException {
        Listing listing = listings.remove(directory);
        if (listing == null) {
            return null;
        }
        if (!listing.begun) {
            listing.begun = true;
            return null;
        }
        while (!listing.isDone()) {
            wait();
        }
        if (listing.failure instanceof IOException e) {
            throw e;
        }
        if (listing.failure instanceof RuntimeException e) {
            throw e;
        }
        return listing.files;
    }

    /// @param next whether the walk comes to these before anything that is waiting
    private synchronized void announce(List<SourceFile> files, boolean next) {
        if (next) {
            for (int i = files.size() - 1; i >= 0; i--) {
                Listing listing = announce(files.get(i));
                if (listing != null) {
                    waiting.addFirst(listing);
                }
            }
        } else {
            for (SourceFile file : files) {
                Listing listing = announce(file);
                if (listing != null) {
                    waiting.addLast(listing);
                }
            }
        }
        if (helper == null && waiting.size() >= WORTH_A_THREAD && !closed) {
            helper = Thread.ofPlatform().daemon().name("listing").unstarted(new Helper());
            helper.start();
        }
    }

    private @Nullable Listing announce(SourceFile file) {
        if (!file.entry().isDirectory()) {
            return null;
        }
        Listing listing = new Listing(file.entry().path());
        listings.put(listing.directory, listing);
        return listing;
    }

    /// The directory the walk reaches last of those not begun; null, and the helper ends, if there
    /// is none.
    private synchronized @Nullable Listing begin() {
        while (!closed && !waiting.isEmpty()) {
            Listing last = waiting.removeLast();
            if (!last.begun) {
                last.begun = true;
                return last;
            }
        }
        helper = null;
        return null;
    }

    private synchronized void done(
            Listing listing, @Nullable List<SourceFile> files, @Nullable Exception failure) {
        listing.files = files;
        listing.failure = failure;
        notifyAll();
    }

    /// Ends the thread, and waits for that: the context may be closed next.
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = helper;
        }
        if (running != null) {
            Uninterruptibly.join(running);
        }
    }

    /// The thread's work. No lambda: it would be made when first needed.
    private final class Helper implements Runnable {
        @Override
        public void run() {
            for (Listing listing = begin(); listing != null; listing = begin()) {
                try {
                    List<SourceFile> files = source.children(listing.directory);
                    announce(files, false);
                    done(listing, files, null);
                } catch (IOException | RuntimeException e) {
                    done(listing, null, e);
                }
            }
        }
    }
}
