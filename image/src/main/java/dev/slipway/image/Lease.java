package dev.slipway.image;

import dev.slipway.linux.Fd;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.Host;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// What one user of the store works with, kept from the collector while the user lives: a file in
/// `leases/`, locked with flock, whose first line names the process and whose other lines are the
/// digests of blobs and layers in use.
///
/// The protocol with the collector, which needs no clock:
/// - Who *makes* an object pins its digest before the object becomes visible. The collector lists
///   objects before it reads leases, so that it sees the pin of whatever it has listed.
/// - Who *uses* an object that is there already pins it and looks for it while holding a share of
///   the collector's lock, [#use]; the collector lists, reads and takes away under the exclusive
///   lock, which it holds for as long as it takes to rename what goes.
///
/// Thread-safe.
public final class Lease {
    /// Names leases of several stores in one process apart.
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Store store;
    private final String id;
    private final Path file;
    private final FileLock lock;
    private final Fd out;
    private final Set<Digest> pinned = new HashSet<>();
    private final AtomicInteger temps = new AtomicInteger();

    private Lease(Store store, String id, Path file, FileLock lock, Fd out) {
        this.store = store;
        this.id = id;
        this.file = file;
        this.lock = lock;
        this.out = out;
    }

    static Lease take(Store store) throws ImageException {
        long pid = Host.pid();
        String id = pid + "-" + Long.toHexString(System.nanoTime()) + "-" + COUNT.incrementAndGet();
        Path file = directory(store).resolve(id);
        try {
            DeadLeases.sweep(store);
            FileLock lock = FileLock.exclusive(file);
            Fd out = Fd.open(file, OpenFlags.O_WRONLY, 0);
            String owner = pid + " " + Host.startTime(pid) + " " + store.bootId() + "\n";
            byte[] line = owner.getBytes(StandardCharsets.US_ASCII);
            out.write(line, 0, line.length);
            return new Lease(store, id, file, lock, out);
        } catch (IOException e) {
            throw StoreException.of(store.home(), "take a lease", e);
        }
    }

    String id() {
        return id;
    }

    static Path directory(Store store) {
        return store.home().resolve("leases");
    }

    /// Keeps an object that is about to become visible.
    public void pin(Digest digest) throws ImageException {
        pin(List.of(digest));
    }

    /// Keeps objects that are about to become visible.
    public synchronized void pin(Collection<Digest> digests) throws ImageException {
        var lines = new StringBuilder();
        for (Digest digest : digests) {
            if (pinned.add(digest)) {
                lines.append(digest).append('\n');
            }
        }
        if (lines.isEmpty()) {
            return;
        }
        byte[] bytes = lines.toString().getBytes(StandardCharsets.US_ASCII);
        try {
            out.write(bytes, 0, bytes.length);
        } catch (LinuxException e) {
            pinned.removeAll(digests);
            throw StoreException.of(store.home(), "extend a lease", e);
        }
    }

    /// Keeps objects that may be there already. When this returns, each of them is either missing
    /// or stays until the store is closed: look afterwards.
    public void use(Collection<Digest> digests) throws ImageException {
        if (holds(digests)) {
            return;
        }
        try (FileLock _ = FileLock.shared(collectorLock(store))) {
            pin(digests);
        } catch (LinuxException e) {
            throw StoreException.of(store.home(), "take the collector's lock", e);
        }
    }

    /// Keeps an object that may be there already, as [#use(Collection)].
    public void use(Digest digest) throws ImageException {
        use(List.of(digest));
    }

    /// What the leases of live processes name, except the lease of this store.
    public static Set<Digest> pinnedByOthers(Store store) throws IOException {
        var marks = new Marks(store);
        for (String id : DeadLeases.ids(store)) {
            if (store.holds(id)) {
                continue;
            }
            try (FileLock dead = DeadLeases.lockIfDead(store, id)) {
                if (dead == null) {
                    Collector.addPins(directory(store).resolve(id), marks);
                }
            }
        }
        return Set.copyOf(marks.kept());
    }

    private synchronized boolean holds(Collection<Digest> digests) {
        return pinned.containsAll(digests);
    }

    static Path collectorLock(Store store) {
        return store.home().resolve("locks").resolve("collector");
    }

    String newTempName(String prefix) {
        return id + "." + temps.incrementAndGet() + "." + prefix;
    }

    /// Removes the lease's temporaries and the lease. Idempotent.
    synchronized void release() {
        DeadLeases.removeTemps(store, id);
        Store.discard(file);
        out.close();
        lock.close();
    }
}
