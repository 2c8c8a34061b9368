package dev.slipway.build;

import dev.slipway.image.FileTree;
import dev.slipway.linux.Dir;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The directories behind `RUN --mount=type=cache`, under `cache/mounts`.
///
/// A cache is named by the hash of its id: an id is text from a Dockerfile and never a path (the
/// lesson of CVE-2024-9675). Beside the directory lie its lock and its id in plain text.
final class CacheMounts {
    private static final int DEFAULT_MODE = 0755;
    private static final int MAX_PRIVATE = 1000;
    static final String SHARED_NAME = "shared";
    static final String LOCK = ".lock";

    private final Path directory;

    CacheMounts(Path home) {
        this.directory = home.resolve("cache").resolve("mounts");
    }

    /// A cache that is kept.
    ///
    /// @param name the hash of its id and of what it begins with
    record Kept(String name, String id, Path home) {}

    /// The directory of a cache, which may not exist.
    Path home(String name) {
        return directory.resolve(name);
    }

    /// All caches that have an id.
    List<Kept> kept() throws IOException {
        var all = new ArrayList<Kept>();
        try (var homes = Files.newDirectoryStream(directory)) {
            for (var home : homes) {
                var name = String.valueOf(home.getFileName());
                var id = home.resolve("id");
                if (CacheArchive.isHex(name) && Files.exists(id)) {
                    all.add(new Kept(name, Files.readString(id), home));
                }
            }
        } catch (NoSuchFileException _) {
            return List.of(); // no step ever had one
        }
        all.sort(Comparator.comparing(Kept::name));
        return all;
    }

    /// Whether a directory is missing or holds nothing.
    static boolean isEmpty(Path data) throws IOException {
        try (var files = Files.newDirectoryStream(data)) {
            return !files.iterator().hasNext();
        } catch (NoSuchFileException _) {
            return true;
        }
    }

    /// A cache in use: the lock is held until it is closed.
    record Held(Path directory, FileLock lock) implements AutoCloseable {
        @Override
        public void close() {
            lock.close();
        }
    }

    /// What a new cache begins with.
    record Seed(FileTree files, RawPath source) {}

    /// A wish to use a cache.
    ///
    /// @param seed null: it begins empty
    /// @param seedIdentity names what the seed holds; empty without a seed
    record Request(RunMount.Cache mount, @Nullable Seed seed, String seedIdentity) {
        /// By name; of the same cache, the strictest wish first.
        static final Comparator<Request> ORDER =
                Comparator.comparing(Request::name)
                        .thenComparing(
                                request -> request.mount().sharing(), Comparator.reverseOrder());

        /// Which cache it is. As in BuildKit, caches of one id that begin differently are different
        /// caches: with another owner or mode, or with other files.
        String name() {
            var hash = new KeyHash("cache mount").add(mount.id());
            if (mount.uid() >= 0 || mount.gid() >= 0 || mount.mode() >= 0) {
                hash.add("owner").add(mount.uid() + ":" + mount.gid() + ":" + mount.mode());
            }
            if (seed != null) {
                hash.add("seed").add(seedIdentity).add(mount.source());
            }
            return hash.hex();
        }
    }

    /// Takes a cache for use, waiting for it where the wish says so.
    ///
    /// @param waiting run once if it is not free
    Held take(Request request, Runnable waiting) throws IOException {
        var home = directory.resolve(request.name());
        Files.createDirectories(home);
        var id = home.resolve("id");
        if (!Files.exists(id)) {
            RecordStore.write(home, "id", request.mount().id().getBytes(StandardCharsets.UTF_8));
        }
        return switch (request.mount().sharing()) {
            case SHARED -> shared(home, request, waiting);
            case LOCKED -> {
                var file = home.resolve(SHARED_NAME + LOCK);
                var lock = FileLock.tryExclusive(file);
                if (lock == null) {
                    waiting.run();
                    lock = FileLock.exclusive(file);
                }
                yield keep(home.resolve(SHARED_NAME), lock, request);
            }
            case PRIVATE -> ownOne(home, request);
        };
    }

    /// The lock comes first, so that nobody takes the cache away before it is used.
    private static Held shared(Path home, Request request, Runnable waiting) throws IOException {
        var file = home.resolve(SHARED_NAME + LOCK);
        var lock = FileLock.tryShared(file);
        if (lock == null) {
            waiting.run();
            lock = FileLock.shared(file);
        }
        boolean kept = false;
        try (var _ = FileLock.exclusive(home.resolve("make" + LOCK))) {
            make(home.resolve(SHARED_NAME), request);
            kept = true;
            return new Held(home.resolve(SHARED_NAME), lock);
        } finally {
            if (!kept) {
                lock.close();
            }
        }
    }

    private static Held ownOne(Path home, Request request) throws IOException {
        for (int i = 0; i < MAX_PRIVATE; i++) {
            var name = i == 0 ? SHARED_NAME : "private-" + i;
            var lock = FileLock.tryExclusive(home.resolve(name + LOCK));
            if (lock != null) {
                return keep(home.resolve(name), lock, request);
            }
        }
        throw new IOException(MAX_PRIVATE + " builds use the cache mount " + request.mount().id());
    }

    private static Held keep(Path data, FileLock lock, Request request) throws IOException {
        boolean kept = false;
        try {
            make(data, request);
            kept = true;
            return new Held(data, lock);
        } finally {
            if (!kept) {
                lock.close();
            }
        }
    }

    /// Makes a new cache beside its place and renames it there, so that a kill in between leaves
    /// none that is half seeded.
    private static void make(Path data, Request request) throws IOException {
        if (Files.exists(data)) {
            return;
        }
        var mount = request.mount();
        var seed = request.seed();
        var parent = data.resolveSibling(".");
        try (var dir = Dir.open(parent)) {
            var temporary = RawPath.of(".new-" + data.getFileName());
            if (dir.statIfExists(temporary) != null) {
                dir.removeTree(temporary);
            }
            dir.mkdir(temporary, DEFAULT_MODE);
            if (seed != null) {
                try (var into = dir.openDir(temporary, dev.slipway.linux.Resolve.NO_SYMLINKS)) {
                    new TreeCopy(seed.files(), into).copyContents(seed.source());
                }
            }
            if (mount.uid() >= 0 || mount.gid() >= 0) {
                dir.chown(temporary, Math.max(0, mount.uid()), Math.max(0, mount.gid()));
            }
            dir.chmod(temporary, mount.mode() < 0 ? DEFAULT_MODE : mount.mode());
            dir.rename(temporary, dir, RawPath.of(String.valueOf(data.getFileName())));
        }
    }
}
