package dev.slipway.build;

import dev.slipway.image.Digest;
import dev.slipway.image.DirectoryTree;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;
import dev.slipway.image.tar.TarWriter;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;

/// Writes a part of the build cache to an archive: records of steps with the layers that these
/// need, and cache mounts. Base images are no part of it.
public final class CacheExport implements AutoCloseable {
    private final Store store;
    private final TarWriter tar;
    private final Consumer<String> warn;
    private final Set<Digest> layers = new HashSet<>();
    private final Set<String> blocks = new HashSet<>();
    private final ChangeCheck there = new ChangeCheck();
    private final ChangeCheck written = new ChangeCheck();
    private int members;
    private int records;
    private int mounts;

    /// What was written.
    ///
    /// @param records of steps
    public record Summary(int records, int layers, int mounts) {}

    private CacheExport(Store store, OutputStream out, Consumer<String> warn) {
        this.store = store;
        this.tar = new TarWriter(out);
        this.warn = warn;
    }

    /// Writes the archive.
    ///
    /// @param which of what the cache holds
    /// @param out gets the archive; closed
    /// @param warn told what is left out
    /// @throws IOException if reading or writing fails
    public static Summary write(
            Store store,
            CacheFilter which,
            Compression compression,
            OutputStream out,
            Consumer<String> warn,
            Instant now)
            throws IOException {
        int threads = Runtime.getRuntime().availableProcessors();
        try (var export = new CacheExport(store, compression.to(out, threads), warn)) {
            export.text(CacheArchive.MAGIC, CacheArchive.VERSION);
            for (var exported : new BuildCache(store).select(which, now)) {
                export.add(exported);
            }
            export.text(CacheArchive.END, Integer.toString(export.members));
            export.tar.finish();
            return new Summary(export.records, export.layers.size(), export.mounts);
        }
    }

    /// Writes an archive of one cache mount, whose lock the caller holds.
    ///
    /// @param data the files of the mount
    static void writeMount(
            Store store,
            CacheMounts.Kept mount,
            Path data,
            Compression compression,
            OutputStream out)
            throws IOException {
        int threads = Runtime.getRuntime().availableProcessors();
        try (var export = new CacheExport(store, compression.to(out, threads), _ -> {})) {
            export.text(CacheArchive.MAGIC, CacheArchive.VERSION);
            export.mount(mount.name(), mount.id(), data);
            export.text(CacheArchive.END, Integer.toString(export.members));
            export.tar.finish();
        }
    }

    private void text(String name, String text) throws IOException {
        bytes(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(String name, byte[] content) throws IOException {
        tar.begin(CacheArchive.member(name, content.length));
        tar.write(content, 0, content.length);
        members++;
    }

    private void add(BuildCache.Selected selected) throws IOException {
        switch (selected.item().kind()) {
            case STEP -> step(selected);
            case CACHE_MOUNT -> mount(selected);
            case GIT_SOURCE, WEB_SOURCE -> {} // can be fetched again, and only by who may
        }
    }

    private void step(BuildCache.Selected selected) throws IOException {
        var result = selected.result();
        if (result == null || !there.all(result, change -> isThere(change.diffId()))) {
            warn.accept(selected.item().description() + " is left out: its layer is gone");
            return;
        }
        written.all(result, change -> layer(change.diffId()));
        for (var block : ResultBlock.newIn(result, blocks)) {
            bytes(CacheArchive.RESULTS + block.id(), block.bytes());
        }
        for (var file : selected.files()) {
            var name = String.valueOf(file.getFileName());
            if (Files.exists(file)) {
                bytes(CacheArchive.RECORDS + name, Files.readAllBytes(file));
                records++;
            }
        }
    }

    private boolean isThere(@Nullable Digest diffId) throws IOException {
        if (diffId == null) {
            return true;
        }
        store.lease().use(diffId);
        return store.layers().find(diffId).isPresent();
    }

    private boolean layer(@Nullable Digest diffId) throws IOException {
        if (diffId == null || !layers.add(diffId)) {
            return true;
        }
        var layer = store.layers().find(diffId).orElseThrow();
        tar.begin(CacheArchive.member(CacheArchive.LAYERS + diffId.hex(), layer.size()));
        try (var in = layer.openTar()) {
            tar.content(in);
        }
        members++;
        return true;
    }

    /// Waits for the builds that use the mount: a copy of what is being written is of no use.
    private void mount(BuildCache.Selected selected) throws IOException {
        var home = selected.files().getFirst();
        var data = home.resolve(CacheMounts.SHARED_NAME);
        try (var _ = FileLock.exclusive(home.resolve(CacheMounts.SHARED_NAME + CacheMounts.LOCK))) {
            if (!Files.exists(data)) {
                return; // never used, or forgotten meanwhile
            }
            mount(selected.item().id(), selected.item().description(), data);
        }
    }

    private void mount(String name, String id, Path data) throws IOException {
        var copy = store.newTempFile("mount");
        try {
            var digest = pack(data, copy);
            var prefix = CacheArchive.MOUNTS + name + "/";
            text(prefix + "id", id);
            tar.begin(CacheArchive.member(prefix + digest + ".tar", Files.size(copy)));
            try (var in = Files.newInputStream(copy)) {
                tar.content(in);
            }
            members++;
            mounts++;
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    /// @return the digest of the tar, in hex
    private static String pack(Path data, Path file) throws IOException {
        var sha = KeyHash.sha256();
        try (var files = DirectoryTree.open(data);
                var tar = new TarWriter(new DigestOutputStream(Files.newOutputStream(file), sha))) {
            new TreeTar(files, tar, RawPath.ROOT).writeWithRoot();
            tar.finish();
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
