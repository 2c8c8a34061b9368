package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Durable;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.Host;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The local store: a directory of files that many processes share without a server.
///
/// **Writing.** Everything is written beside (`tmp/`) and renamed into place, so that no reader
/// ever sees half an object, and a process killed at any instant leaves at most a temporary, which
/// is removed once its owner is dead.
///
/// **Durability.** A power cut is different: what was renamed may come back empty unless it was
/// synced first, and a sync for each of a layer's thousands of files would cost seconds. So there
/// are two ways to write:
/// - Blobs and names of images are synced before they are renamed: once visible, for ever whole.
/// - Everything else (layers, cache records) is *group-committed*. Its metadata file is published
///   at once by [#publish] and says in which boot of the machine it was written ([#bootId()]) and
///   that it is not yet synced. It counts in that boot only: a reader in another boot discards it.
///   An action given to [#whenDurable] marks it as synced; [#commit()], called at the end of a
///   build and before an image is named, syncs the whole file system once and then runs these
///   actions. The mark itself needs no sync: losing it loses an object that could be made again,
///   never shows a broken one. A reader that uses an object of this boot that is not yet marked
///   registers the same action, so that what a killed process left is marked by the next.
///
/// **Use.** What a process uses or makes is kept from the collector by its [Lease].
///
/// Thread-safe. Opening costs one look at the file system; the lease, and with it any write, comes
/// with the first use that needs it.
public final class Store implements AutoCloseable {
    private static final int PRIVATE = 0700;
    private static final String[] DIRECTORIES = {
        "blobs/sha256", "layers", "images", "cache", "builds", "locks", "tmp", "leases"
    };

    /// The directory made last: where it is, all are.
    private static final String LAST = DIRECTORIES[DIRECTORIES.length - 1];

    private final Path home;
    private final Blobs blobs;
    private final Images images;
    private final Layers layers;
    private final LowerForm form;
    private final ErofsProbe erofs;
    private final List<DurableAction> whenDurable = new ArrayList<>();
    private @Nullable Lease lease;
    private @Nullable String bootId;
    private boolean closed;

    /// What is done once everything written before is on the disk.
    @FunctionalInterface
    public interface DurableAction {
        void run() throws IOException;
    }

    private Store(Path home, LowerForm form) {
        this.home = home;
        this.form = form;
        this.erofs = new ErofsProbe(this);
        this.blobs = new Blobs(this);
        this.images = new Images(this);
        this.layers = new StoredLayers(this);
    }

    /// Opens the store in `home`, which is made, readable by this user only, if it is missing.
    ///
    /// @throws StoreException if it is missing and cannot be made
    public static Store open(Path home) throws ImageException {
        return open(home, LowerForm.CHEAPEST);
    }

    /// As [#open(Path)].
    ///
    /// @param form what to give to overlayfs
    public static Store open(Path home, LowerForm form) throws ImageException {
        Path absolute = home.toAbsolutePath().normalize();
        if (!Files.isDirectory(absolute.resolve(LAST))) {
            create(absolute);
        }
        return new Store(absolute, form);
    }

    private static void create(Path home) throws ImageException {
        try (Dir root = Dir.open(Path.of("/"));
                Dir dir = root.createDirs(RawPath.of(home.toString()).normalize(), PRIVATE)) {
            for (String each : DIRECTORIES) {
                dir.createDirs(RawPath.of(each), PRIVATE).close();
            }
        } catch (IOException e) {
            throw StoreException.of(home, "create the store", e);
        }
    }

    /// Returns where the store is for this user: `$SLIPWAY_HOME`, else `/var/lib/slipway` for root,
    /// else `$XDG_DATA_HOME/slipway`, else `~/.local/share/slipway`.
    public static Path defaultHome(Map<String, String> env) {
        String set = env.get("SLIPWAY_HOME");
        if (set != null && !set.isEmpty()) {
            return Path.of(set);
        }
        if (Host.uid() == 0) {
            return Path.of("/var/lib/slipway");
        }
        String data = env.get("XDG_DATA_HOME");
        if (data != null && data.startsWith("/")) { // basedir-spec: relative ones are invalid
            return Path.of(data, "slipway");
        }
        String user = env.get("HOME");
        return Path.of(user == null ? System.getProperty("user.home") : user)
                .resolve(".local/share/slipway");
    }

    public Path home() {
        return home;
    }

    public Blobs blobs() {
        return blobs;
    }

    public Images images() {
        return images;
    }

    public Layers layers() {
        return layers;
    }

    /// In what form layers go to overlayfs.
    LowerForm form() {
        return form;
    }

    /// Whether layers may be mounted as EROFS: this machine and this user can, and the store was
    /// not opened to unpack all.
    boolean mountsErofs() throws ImageException {
        return form != LowerForm.UNPACKED && erofs.succeeds();
    }

    /// Waits for the lock called `key`, which any text may be: the work of one key is done by one
    /// process at a time.
    public FileLock lock(String key) throws ImageException {
        try {
            return FileLock.exclusive(lockFile(key));
        } catch (IOException e) {
            throw StoreException.of(home, "take the lock " + Texts.quote(key), e);
        }
    }

    /// Takes the lock called `key` if it is free; null if another holds it.
    public @Nullable FileLock tryLock(String key) throws ImageException {
        try {
            return FileLock.tryExclusive(lockFile(key));
        } catch (IOException e) {
            throw StoreException.of(home, "take the lock " + Texts.quote(key), e);
        }
    }

    private Path lockFile(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return home.resolve("locks").resolve(Digest.sha256(bytes).hex().substring(0, 32));
    }

    /// Returns what keeps the objects this store's user works with from the collector. Taken with
    /// the first call, released by [#close()].
    public synchronized Lease lease() throws ImageException {
        if (lease == null) {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            lease = Lease.take(this);
        }
        return lease;
    }

    /// Whether the lease of this id is the one of this store.
    synchronized boolean holds(String leaseId) {
        return lease != null && lease.id().equals(leaseId);
    }

    /// Makes an empty directory for work in flight, on the store's file system, so that what is
    /// made in it can be renamed into place. Whoever asked for it removes or renames it; what is
    /// left is removed when the store is closed, or by others when this process has died.
    ///
    /// @param prefix says what it is for; letters, digits and `-`
    public Path newTemp(String prefix) throws ImageException {
        Path temp = newTempFile(prefix);
        try (Dir tmp = Dir.open(home.resolve("tmp"))) {
            tmp.mkdir(RawPath.of(String.valueOf(temp.getFileName())), PRIVATE);
            return temp;
        } catch (IOException e) {
            throw StoreException.of(home, "make a temporary directory", e);
        }
    }

    /// Returns the name of a temporary file that does not exist, under the rules of [#newTemp].
    public Path newTempFile(String prefix) throws ImageException {
        return home.resolve("tmp").resolve(lease().newTempName(prefix));
    }

    /// Replaces `target`, a file of this store, in one step but without a sync: after a power cut
    /// it may be missing, old, empty or partly written, which its reader must be able to tell. See
    /// the class comment for what such a file must say.
    public void publish(Path target, byte[] content) throws ImageException {
        Path temp = newTempFile("publish");
        try {
            int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
            try (Fd fd = Fd.open(temp, flags, 0644)) {
                fd.write(content, 0, content.length);
            }
            Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            discard(temp);
            throw StoreException.of(home, "write " + home.relativize(target), e);
        }
    }

    /// Replaces `target` in one step and for good: synced before it is visible.
    void publishDurably(Path target, byte[] content) throws ImageException {
        try {
            Durable.write(target, content);
        } catch (LinuxException e) {
            throw StoreException.of(home, "write " + home.relativize(target), e);
        }
    }

    /// Runs `action` in the next [#commit()], after everything written so far is on the disk. May
    /// be called by any thread; the action must be cheap and may be lost if the process dies.
    public void whenDurable(DurableAction action) {
        synchronized (whenDurable) {
            whenDurable.add(action);
        }
    }

    /// Waits until everything this process wrote to the store is on the disk, with one sync of the
    /// file system, and runs the actions of [#whenDurable]. Costs nothing if there are none.
    public void commit() throws ImageException {
        List<DurableAction> actions;
        synchronized (whenDurable) {
            if (whenDurable.isEmpty()) {
                return;
            }
            actions = List.copyOf(whenDurable);
            whenDurable.clear();
        }
        try {
            Durable.syncFileSystem(home);
            for (DurableAction action : actions) {
                action.run();
            }
        } catch (IOException e) {
            throw StoreException.of(home, "sync the store", e);
        }
    }

    /// Returns what tells this boot of the machine from all others.
    public synchronized String bootId() throws ImageException {
        if (bootId == null) {
            try {
                bootId = Host.bootId();
            } catch (IOException e) {
                throw StoreException.of(home, "read the machine's boot id for the store", e);
            }
        }
        return bootId;
    }

    /// Removes a file if it is there, without complaint: it is garbage either way.
    static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // The collector finds it again.
        }
    }

    /// Commits what is pending, removes this store's temporaries and releases its lease.
    /// Idempotent.
    ///
    /// @throws ImageException if the last commit failed; the lease is released all the same
    @Override
    public void close() throws ImageException {
        Lease held;
        synchronized (this) {
            held = lease;
            lease = null;
            closed = true;
        }
        try {
            commit();
        } finally {
            if (held != null) {
                held.release();
            }
        }
    }
}
