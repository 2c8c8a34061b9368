package dev.slipway.build;

import dev.slipway.image.FileTree;
import dev.slipway.linux.Dir;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The directories behind `RUN --mount=type=cache`, under `cache/mounts`.
///
/// A cache is named by the hash of its id: an id is text from a Dockerfile and never a path (the
/// lesson of CVE-2024-9675). Beside the directory lie its lock and its id in plain text.
final class CacheMounts {
    private static final int DEFAULT_MODE = 0755;
    private static final int MAX_PRIVATE = 1000;

    private final Path directory;

    CacheMounts(Path home) {
        this.directory = home.resolve("cache").resolve("mounts");
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

    /// Takes the cache of `mount` for use, waiting for it where it says so.
    Held take(RunMount.Cache mount, @Nullable Seed seed) throws IOException {
        var hash = new KeyHash("cache mount").add(mount.id()).hex();
        var home = directory.resolve(hash);
        Files.createDirectories(home);
        var id = home.resolve("id");
        if (!Files.exists(id)) {
            RecordStore.write(home, "id", mount.id().getBytes(StandardCharsets.UTF_8));
        }
        return switch (mount.sharing()) {
            case SHARED -> ready(home, "shared", mount, seed);
            case LOCKED -> {
                var lock = FileLock.exclusive(home.resolve("shared.lock"));
                yield keep(home.resolve("shared"), lock, mount, seed);
            }
            case PRIVATE -> ownOne(home, mount, seed);
        };
    }

    private static Held ready(Path home, String name, RunMount.Cache mount, @Nullable Seed seed)
            throws IOException {
        var data = home.resolve(name);
        if (!Files.exists(data)) {
            try (var _ = FileLock.exclusive(home.resolve("make.lock"))) {
                make(data, mount, seed);
            }
        }
        return new Held(data, FileLock.shared(home.resolve(name + ".lock")));
    }

    private static Held ownOne(Path home, RunMount.Cache mount, @Nullable Seed seed)
            throws IOException {
        for (int i = 0; i < MAX_PRIVATE; i++) {
            var name = i == 0 ? "shared" : "private-" + i;
            var lock = FileLock.tryExclusive(home.resolve(name + ".lock"));
            if (lock != null) {
                return keep(home.resolve(name), lock, mount, seed);
            }
        }
        throw new IOException(MAX_PRIVATE + " builds use the cache mount " + mount.id());
    }

    private static Held keep(Path data, FileLock lock, RunMount.Cache mount, @Nullable Seed seed)
            throws IOException {
        boolean kept = false;
        try {
            make(data, mount, seed);
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
    private static void make(Path data, RunMount.Cache mount, @Nullable Seed seed)
            throws IOException {
        if (Files.exists(data)) {
            return;
        }
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
