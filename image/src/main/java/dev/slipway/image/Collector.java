package dev.slipway.image;

import dev.slipway.image.Removed.Kind;
import dev.slipway.linux.Dir;
import dev.slipway.linux.DirEntry;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Removes from the store what nothing refers to, while builds run. In use is what images, the
/// given [Roots] and the leases of live processes name, with all it needs; see [Lease] for why that
/// is safe. Objects are renamed into `tmp/` while the collector's lock is held, and deleted after.
public final class Collector {
    private static final String UNREFERENCED = "no image, cache record or running process uses it";

    private final Store store;
    private final List<Roots> roots;

    /// @param roots all who refer to objects besides images and leases
    public Collector(Store store, List<Roots> roots) {
        this.store = store;
        this.roots = List.copyOf(roots);
    }

    /// Removes images that `filter` takes and that nobody uses, then all that is unreferenced, and
    /// what dead processes left.
    public Reclaimed prune(PruneFilter filter) throws ImageException {
        return collect(filter, _ -> true, true);
    }

    /// Removes what is unreferenced and what dead processes left, but no image.
    public Reclaimed sweep() throws ImageException {
        return collect(null, _ -> true, true);
    }

    /// Removes those of `candidates` that are unreferenced.
    Reclaimed sweep(Set<Digest> candidates) throws ImageException {
        return collect(null, candidates::contains, false);
    }

    private Reclaimed collect(
            @Nullable PruneFilter filter, Predicate<Digest> candidates, boolean leftovers)
            throws ImageException {
        var removed = new ArrayList<Removed>();
        try {
            Path trash = store.newTemp("trash");
            try (FileLock _ = FileLock.exclusive(Lease.collectorLock(store))) {
                List<Digest> blobs = store.blobs().list(); // before leases are read: see Lease
                List<Digest> layers = layers();
                var marks = new Marks(store);
                addRoots(marks);
                addLeases(marks);
                if (filter != null) {
                    pruneImages(filter, marks, removed);
                }
                addImages(marks);
                moveUnmarked(blobs, marks, candidates, trash, Kind.BLOB);
                moveUnmarked(layers, marks, candidates, trash, Kind.LAYER);
            }
            empty(trash, removed);
            if (leftovers) {
                removeLeftovers(removed);
            }
        } catch (IOException e) {
            throw StoreException.of(store.home(), "collect garbage", e);
        }
        return Reclaimed.of(removed);
    }

    private List<Digest> layers() throws LinuxException {
        try (Dir dir = Dir.open(store.home().resolve("layers"))) {
            var digests = new ArrayList<Digest>();
            for (DirEntry entry : dir.list()) {
                String name = entry.name().latin1();
                if (name.length() == 64 && Texts.isHex(name)) {
                    digests.add(new Digest(Digest.SHA256, name));
                }
            }
            return digests;
        }
    }

    private void addRoots(Marks marks) throws IOException {
        for (Roots each : roots) {
            each.mark(store, marks);
        }
    }

    private void addLeases(Marks marks) throws IOException {
        for (String id : DeadLeases.ids(store)) {
            try (FileLock dead = DeadLeases.lockIfDead(store, id)) {
                if (dead == null) {
                    addPins(Lease.directory(store).resolve(id), marks);
                }
            }
        }
    }

    private void addImages(Marks marks) throws IOException {
        for (NamedImage image : store.images().list()) {
            marks.keepImage(image.target());
        }
        for (Digest digest : layers()) {
            if (marks.isKept(digest)) {
                keepCompressed(digest, marks);
            }
        }
    }

    private void keepCompressed(Digest diffId, Marks marks) throws IOException {
        LayerFacts layer = LayerFacts.peek(store, diffId);
        if (layer != null) {
            for (Descriptor blob : layer.blobs()) {
                marks.keep(blob.digest());
            }
        }
    }

    static void addPins(Path lease, Marks marks) throws IOException {
        try {
            String text = Files.readString(lease, StandardCharsets.ISO_8859_1);
            int from = text.indexOf('\n') + 1;
            for (int to = text.indexOf('\n', from); to >= 0; to = text.indexOf('\n', from)) {
                marks.lease(Digest.parse(text.substring(from, to)));
                from = to + 1;
            }
        } catch (NoSuchFileException _) {
            // Released meanwhile.
        }
    }

    private void pruneImages(PruneFilter filter, Marks users, List<Removed> removed)
            throws ImageException {
        var seen = new HashSet<Digest>();
        var named = new HashSet<Digest>();
        List<NamedImage> images = store.images().list();
        for (NamedImage image : images) {
            if (image.name() != null) {
                named.add(image.target().digest());
            }
        }
        for (NamedImage image : images) {
            Digest target = image.target().digest();
            boolean chosen = filter.all() || !named.contains(target);
            if (!chosen || !seen.add(target) || users.isImageUsed(target)) {
                continue;
            }
            if (accepts(filter, image.target())) {
                forget(target, removed);
            }
        }
    }

    /// A damaged image has no age and no labels: it goes unless a condition is set.
    private boolean accepts(PruneFilter filter, Descriptor target) {
        try {
            return filter.accepts(ImageCatalog.configOf(store, target));
        } catch (ImageException _) {
            return !filter.isConditional();
        }
    }

    private void forget(Digest target, List<Removed> removed) throws ImageException {
        for (Reference name : store.images().forget(target)) {
            removed.add(new Removed(Kind.NAME, name.familiar(), 0, "pruned"));
        }
        removed.add(new Removed(Kind.IMAGE, target.toString(), 0, "no container uses it"));
    }

    private void moveUnmarked(
            List<Digest> digests, Marks marks, Predicate<Digest> candidates, Path trash, Kind kind)
            throws IOException {
        for (Digest digest : digests) {
            if (marks.isKept(digest) || !candidates.test(digest)) {
                continue;
            }
            Path object =
                    kind == Kind.BLOB
                            ? store.blobs().path(digest)
                            : store.home().resolve("layers").resolve(digest.hex());
            try (Dir from = Dir.open(object.resolveSibling("."));
                    Dir to = Dir.open(trash)) {
                String prefix = kind == Kind.BLOB ? "b-" : "l-";
                RawPath name = RawPath.of(prefix + digest.algorithm() + "-" + digest.hex());
                from.rename(RawPath.of(digest.hex()), to, name);
            }
        }
    }

    private void empty(Path trash, List<Removed> removed) throws IOException {
        try (Dir dir = Dir.open(trash)) {
            for (DirEntry entry : dir.list()) {
                String name = entry.name().latin1();
                String digest = name.substring(2).replace('-', ':');
                Kind kind = name.startsWith("b-") ? Kind.BLOB : Kind.LAYER;
                long bytes = DiskUse.of(dir, entry.name());
                dir.removeTree(entry.name());
                removed.add(new Removed(kind, digest, bytes, UNREFERENCED));
            }
        }
        Store.discard(trash);
    }

    private void removeLeftovers(List<Removed> removed) throws IOException {
        List<RawPath> temps = names("tmp");
        for (String id : DeadLeases.ids(store)) {
            try (FileLock dead = DeadLeases.lockIfDead(store, id)) {
                if (dead != null) {
                    removeTemps(id, temps, "its process is dead", removed);
                    Store.discard(Lease.directory(store).resolve(id));
                }
            }
        }
        removeOrphans(temps, removed);
        removePartials(removed);
        removeLocks(removed);
    }

    /// What broken transfers left is of use only until the next attempt.
    private void removePartials(List<Removed> removed) throws IOException {
        if (!Files.isDirectory(store.home().resolve(Blobs.PARTIAL))) {
            return;
        }
        for (RawPath name : names(Blobs.PARTIAL)) {
            try (FileLock lock = store.tryLock(Blobs.PARTIAL_LOCK + name.latin1());
                    Dir dir = Dir.open(store.home().resolve(Blobs.PARTIAL))) {
                if (lock != null) {
                    long bytes = DiskUse.of(dir, name);
                    DeadLeases.remove(dir, name);
                    removed.add(
                            new Removed(
                                    Kind.TEMPORARY,
                                    Blobs.PARTIAL + "/" + name,
                                    bytes,
                                    "its transfer broke off"));
                }
            }
        }
    }

    private void removeOrphans(List<RawPath> temps, List<Removed> removed) throws IOException {
        Set<String> alive = new HashSet<>(DeadLeases.ids(store));
        for (RawPath temp : temps) { // listed before the leases: an owner has its lease first
            int dot = temp.latin1().indexOf('.');
            if (dot > 0 && !alive.contains(temp.latin1().substring(0, dot))) {
                String owner = temp.latin1().substring(0, dot);
                removeTemps(owner, List.of(temp), "nobody owns it", removed);
            }
        }
    }

    private void removeTemps(
            String owner, List<RawPath> temps, String reason, List<Removed> removed)
            throws IOException {
        try (Dir tmp = Dir.open(store.home().resolve("tmp"))) {
            for (RawPath temp : temps) {
                if (temp.latin1().startsWith(owner + ".") && tmp.statIfExists(temp) != null) {
                    long bytes = DiskUse.of(tmp, temp);
                    DeadLeases.remove(tmp, temp);
                    removed.add(new Removed(Kind.TEMPORARY, temp.toString(), bytes, reason));
                }
            }
        }
    }

    /// Who waits for a lock file that goes makes it anew: see [FileLock].
    private void removeLocks(List<Removed> removed) throws IOException {
        for (RawPath name : names("locks")) {
            Path file = store.home().resolve("locks").resolve(name.latin1());
            try (FileLock lock = FileLock.tryExclusive(file)) {
                if (lock != null) {
                    Files.deleteIfExists(file);
                    removed.add(new Removed(Kind.LOCK, name.toString(), 0, "nobody holds it"));
                }
            }
        }
    }

    private List<RawPath> names(String directory) throws LinuxException {
        try (Dir dir = Dir.open(store.home().resolve(directory))) {
            var names = new ArrayList<RawPath>();
            for (DirEntry entry : dir.list()) {
                names.add(entry.name());
            }
            return names;
        }
    }
}
