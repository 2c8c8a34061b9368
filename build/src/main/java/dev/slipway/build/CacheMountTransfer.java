package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;
import dev.slipway.linux.FileLock;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The cache mounts of a plan as blobs of a cache outside of the store (`mounts=true`): each an
/// archive of [CacheExport]'s with that mount alone. BuildKit, which does not know them, passes
/// them by: no record refers to them.
final class CacheMountTransfer {
    private final Store store;
    private final Events events;
    private final @Nullable RemoteCacheImport imported;
    private final Set<String> ids;

    CacheMountTransfer(
            Store store, Events events, @Nullable RemoteCacheImport imported, BuildPlan plan) {
        this.store = store;
        this.events = events;
        this.imported = imported;
        this.ids = ids(plan);
    }

    private static Set<String> ids(BuildPlan plan) {
        var ids = new HashSet<String>();
        for (var step : plan.steps()) {
            if (step instanceof Step.Run run) {
                for (var mount : run.spec().mounts()) {
                    if (mount instanceof RunMount.Cache cache) {
                        ids.add(cache.id());
                    }
                }
            }
        }
        return ids;
    }

    /// The blobs of the mounts the plan's steps use, by the names of the mounts: of those here, in
    /// the store now; of those that only the caches the build read from have, wherever they are.
    Map<String, Descriptor> blobs() throws IOException {
        var blobs = new LinkedHashMap<String, Descriptor>();
        if (imported != null) {
            for (var mount : imported.mounts().entrySet()) {
                if (ids.contains(CacheFormat.mountId(mount.getValue()))) {
                    blobs.put(mount.getKey(), mount.getValue());
                }
            }
        }
        for (var kept : new CacheMounts(store.home()).kept()) {
            if (ids.contains(kept.id())) {
                var blob = blob(kept);
                if (blob != null) {
                    blobs.put(kept.name(), blob);
                }
            }
        }
        return blobs;
    }

    /// The archive of a mount; null if it is empty, or just now being used.
    private @Nullable Descriptor blob(CacheMounts.Kept kept) throws IOException {
        Path data = kept.home().resolve(CacheMounts.SHARED_NAME);
        try (var lock =
                FileLock.tryExclusive(
                        kept.home().resolve(CacheMounts.SHARED_NAME + CacheMounts.LOCK))) {
            if (lock == null) {
                events.warn("the cache mount " + kept.id() + " is not written: a build uses it");
                return null;
            }
            if (CacheMounts.isEmpty(data)) {
                return null;
            }
            try (var writer = store.blobs().create()) {
                var out = new KeptOpen(writer);
                CacheExport.writeMount(store, kept, data, new Compression.Zstd(3), out);
                long size = writer.size();
                var digest = writer.commit(null, -1);
                store.lease().use(digest);
                return Descriptor.of(CacheFormat.MOUNT, digest, size)
                        .withAnnotation(CacheFormat.MOUNT_NAME, kept.name())
                        .withAnnotation(CacheFormat.MOUNT_ID, kept.id());
            }
        }
    }

    /// Leaves the blob open when the archive is complete: it is yet to be committed.
    private static final class KeptOpen extends OutputStream {
        private final OutputStream out;

        KeptOpen(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }
    }

    /// Whether a build may take the files of a mount from elsewhere: it has none here.
    static boolean isWanted(Store store, String name) throws IOException {
        Path data = new CacheMounts(store.home()).home(name).resolve(CacheMounts.SHARED_NAME);
        return !Files.exists(data) || CacheMounts.isEmpty(data);
    }
}
