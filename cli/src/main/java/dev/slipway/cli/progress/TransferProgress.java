package dev.slipway.cli.progress;

import dev.slipway.cli.output.Human;
import dev.slipway.distribution.TransferListener;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;

import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// How transfers go on: on a terminal one line that moves, with rate and time left; elsewhere a
/// line for each blob that was moved. Thread-safe.
public final class TransferProgress implements TransferListener, AutoCloseable {
    private static final long REDRAW_NANOS = 100_000_000;
    private static final double SECOND = 1e9;
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream err;
    private final boolean lively;
    private final boolean quiet;
    private final Map<Digest, Blob> blobs = new LinkedHashMap<>();
    private final long startNanos = System.nanoTime();
    private long lastDrawn;
    private long movedBytes;
    private boolean drawn;
    private boolean closed;

    private static final class Blob {
        private final long size;
        private final long startNanos;
        private long done;

        Blob(long size, long done) {
            this(size, done, System.nanoTime());
        }

        private Blob(long size, long done, long startNanos) {
            this.size = size;
            this.done = done;
            this.startNanos = startNanos;
        }

        Blob as(long newSize) {
            return new Blob(newSize, done, startNanos);
        }
    }

    /// @param lively whether the stream is a terminal that takes moving text
    /// @param quiet whether only warnings are shown
    public TransferProgress(PrintStream err, boolean lively, boolean quiet) {
        this.err = err;
        this.lively = lively;
        this.quiet = quiet;
    }

    @Override
    public synchronized void started(Descriptor blob, long done) {
        blobs.put(blob.digest(), new Blob(blob.size(), done));
        if (done > 0) {
            line(
                    name(blob)
                            + ": going on after "
                            + Human.size(done)
                            + " of "
                            + Human.size(blob.size()));
        }
        draw(false);
    }

    @Override
    public synchronized void identified(Descriptor before, Descriptor blob) {
        Blob known = blobs.remove(before.digest());
        if (known != null) {
            blobs.put(blob.digest(), known.as(blob.size()));
        }
    }

    @Override
    public synchronized void moved(Descriptor blob, long bytes) {
        Blob known = blobs.get(blob.digest());
        if (known != null) {
            known.done += bytes;
            movedBytes += bytes;
            draw(false);
        }
    }

    @Override
    public synchronized void finished(Descriptor blob, Outcome outcome) {
        Blob known = blobs.computeIfAbsent(blob.digest(), _ -> new Blob(blob.size(), 0));
        known.done = known.size;
        String how =
                switch (outcome) {
                    case TRANSFERRED ->
                            Human.size(known.size)
                                    + " in "
                                    + Human.seconds(System.nanoTime() - known.startNanos);
                    case PRESENT -> "already there";
                    case MOUNTED -> "taken from another repository";
                };
        if (!lively) {
            line(name(blob) + ": " + how);
        }
        draw(true);
    }

    @Override
    public synchronized void compressing(Descriptor layer) {
        line(name(layer) + ": compressing " + Human.size(layer.size()));
    }

    @Override
    public synchronized void waiting(String host, Duration pause, String reason) {
        line(Human.printable(reason) + "; trying again in " + Human.seconds(pause.toNanos()));
    }

    @Override
    public synchronized void warning(String message) {
        clear();
        err.println("warning: " + Human.printable(message));
        err.flush();
    }

    private static String name(Descriptor blob) {
        return blob.digest().shortHex();
    }

    private void line(String text) {
        if (!quiet && !closed) {
            clear();
            err.println(text);
            err.flush();
        }
    }

    private void clear() {
        if (drawn) {
            err.print(CLEAR);
            drawn = false;
        }
    }

    private void draw(boolean now) {
        long nanos = System.nanoTime();
        if (!lively || quiet || closed || (!now && nanos - lastDrawn < REDRAW_NANOS)) {
            return;
        }
        lastDrawn = nanos;
        long done = 0;
        long all = 0;
        int finished = 0;
        for (Blob each : blobs.values()) {
            done += each.done;
            all += each.size;
            finished += each.done >= each.size ? 1 : 0;
        }
        double rate = movedBytes / Math.max(0.001, (nanos - startNanos) / SECOND);
        var text = new StringBuilder(CLEAR);
        text.append(finished).append(" of ").append(blobs.size()).append(" blobs  ");
        text.append(Human.size(done)).append(" / ").append(Human.size(all));
        if (rate > 1) {
            text.append("  ").append(Human.size((long) rate)).append("/s");
            text.append("  ").append(left((long) ((all - done) / rate))).append(" left");
        }
        err.print(text);
        err.flush();
        drawn = true;
    }

    private static String left(long seconds) {
        long minutes = seconds / 60;
        long rest = seconds % 60;
        return minutes + (rest < 10 ? ":0" : ":") + rest;
    }

    /// Leaves the terminal clean.
    @Override
    public synchronized void close() {
        clear();
        err.flush();
        closed = true;
    }
}
