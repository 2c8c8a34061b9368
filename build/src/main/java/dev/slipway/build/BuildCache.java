package dev.slipway.build;

import dev.slipway.image.Digest;
import dev.slipway.image.Marks;
import dev.slipway.image.Roots;
import dev.slipway.image.Store;
import dev.slipway.linux.Dir;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What builds keep in a store beside images: records of steps, cache mounts, and what was fetched.
/// It names the layers that records need to the collector, and forgets what is old or too much.
///
/// Forgetting frees what only it kept when the collector next runs.
public final class BuildCache implements Roots {
    private static final int KEPT_BUILDS = 50;

    private final Path cache;
    private final RecordStore records;

    public BuildCache(Store store) {
        this.cache = store.home().resolve("cache");
        this.records = new RecordStore(store.home(), _ -> {});
    }

    /// The kinds of things that are kept.
    public enum Kind {
        STEP,
        CACHE_MOUNT,
        /// A repository or a download that steps copied from.
        SOURCE
    }

    /// One thing that is kept.
    ///
    /// @param id of a step, its key; of a cache mount, its id
    /// @param description what made it
    /// @param bytes what it holds; layers that several steps share count for each
    public record Item(Kind kind, String id, String description, long bytes, Instant lastUsed) {}

    /// What to forget.
    ///
    /// @param all also what is in use by nothing but might be again; else only records whose layers
    ///   are gone
    /// @param unusedFor only what was not used for so long; null: however recently
    /// @param keepBytes forget the least recently used until no more than this is left; 0: all
    public record Prune(boolean all, @Nullable Duration unusedFor, long keepBytes) {}

    private record Group(Item item, List<Path> files, Set<Digest> layers) {}

    @Override
    public void mark(Store store, Marks marks) throws IOException {
        records.forEachFile(file -> {
            var record = read(file);
            if (record != null) {
                marks.keepAll(layers(record));
            }
        });
    }

    private static Set<Digest> layers(CacheRecord record) {
        var layers = new HashSet<Digest>();
        for (var change : record.result().changes()) {
            if (change.diffId() != null) {
                layers.add(change.diffId());
            }
        }
        return layers;
    }

    private static @Nullable CacheRecord read(Path file) throws IOException {
        if (String.valueOf(file.getFileName()).startsWith(".")) {
            return null;
        }
        try {
            return CacheRecord.decode(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return null; // forgotten meanwhile
        }
    }

    /// All that is kept, least recently used first.
    public List<Item> list() throws IOException {
        var items = new ArrayList<Item>();
        for (var group : groups()) {
            items.add(group.item);
        }
        return items;
    }

    /// Forgets what `prune` says, except cache mounts that a build uses now.
    ///
    /// @return what was forgotten
    public List<Item> prune(Store store, Prune prune, Instant now) throws IOException {
        var forgotten = new ArrayList<Item>();
        var groups = groups();
        long bytes = 0;
        for (var group : groups) {
            bytes += group.item.bytes();
        }
        for (var group : groups) {
            boolean lost = isLost(store, group);
            boolean old =
                    prune.unusedFor() == null
                            || group.item.lastUsed().isBefore(now.minus(prune.unusedFor()));
            boolean tooMuch = prune.keepBytes() == 0 || bytes > prune.keepBytes();
            if ((lost || (prune.all() && old && tooMuch)) && forget(group)) {
                bytes -= group.item.bytes();
                forgotten.add(group.item);
            }
        }
        dropOrphans();
        if (prune.all()) {
            dropBuilds(prune, now);
        }
        return forgotten;
    }

    /// Drops records of builds, except the newest.
    private void dropBuilds(Prune prune, Instant now) throws IOException {
        var builds = new TreeMap<Instant, Path>(Comparator.reverseOrder());
        try (var files = Files.newDirectoryStream(cache.resolveSibling("builds"))) {
            for (var build : files) {
                builds.put(Files.getLastModifiedTime(build).toInstant(), build);
            }
        }
        int kept = 0;
        for (var build : builds.entrySet()) {
            boolean young =
                    prune.unusedFor() != null
                            && build.getKey().isAfter(now.minus(prune.unusedFor()));
            if (young || kept++ < KEPT_BUILDS) {
                continue;
            }
            try (var dir = Dir.open(build.getValue().resolveSibling("."))) {
                dir.removeTree(RawPath.of(String.valueOf(build.getValue().getFileName())));
            }
        }
    }

    private static boolean isLost(Store store, Group group) throws IOException {
        for (var layer : group.layers) {
            if (store.layers().find(layer).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static boolean forget(Group group) throws IOException {
        if (group.item.kind() == Kind.STEP) {
            for (var file : group.files) {
                Files.deleteIfExists(file);
            }
            return true;
        }
        var home = group.files.getFirst();
        var locks = new ArrayList<FileLock>();
        try (var files = Files.newDirectoryStream(home, "*.lock");
                var mounts = Dir.open(home.resolveSibling("."))) {
            for (var file : files) {
                var lock = FileLock.tryExclusive(file);
                if (lock == null) {
                    return false; // a build uses it
                }
                locks.add(lock);
            }
            mounts.removeTree(RawPath.of(String.valueOf(home.getFileName())));
            return true;
        } finally {
            for (var lock : locks) {
                lock.close();
            }
        }
    }

    private List<Group> groups() throws IOException {
        var groups = new ArrayList<Group>();
        addSteps(groups);
        addMounts(groups);
        addSources(groups, "git");
        addSources(groups, "http");
        groups.sort(Comparator.comparing(group -> group.item.lastUsed()));
        return groups;
    }

    private void addSteps(List<Group> groups) throws IOException {
        Map<String, Group> byKey = new HashMap<>();
        records.forEachFile(file -> {
            var record = read(file);
            if (record == null || record.result().changes().isEmpty()) {
                return;
            }
            var used = Files.getLastModifiedTime(file).toInstant();
            var key = record.contentKey();
            var known = byKey.get(key);
            var files = new ArrayList<Path>(known == null ? List.of() : known.files);
            files.add(file);
            if (known != null && known.item.lastUsed().isAfter(used)) {
                used = known.item.lastUsed();
            }
            var last = record.result().last();
            var item = new Item(Kind.STEP, key, record.name(), last.size(), used);
            byKey.put(key, new Group(item, files, layers(record)));
        });
        groups.addAll(byKey.values());
    }

    private void addMounts(List<Group> groups) throws IOException {
        try (var mounts = Files.newDirectoryStream(cache.resolve("mounts"))) {
            for (var home : mounts) {
                var file = home.resolve("id");
                var id =
                        Files.exists(file)
                                ? Files.readString(file, StandardCharsets.UTF_8)
                                : String.valueOf(home.getFileName());
                var used = Files.getLastModifiedTime(home).toInstant();
                var item = new Item(Kind.CACHE_MOUNT, id, "cache mount", size(home), used);
                groups.add(new Group(item, List.of(home), Set.of()));
            }
        } catch (NoSuchFileException e) {
            return; // no build ever used one
        }
    }

    private void addSources(List<Group> groups, String kind) throws IOException {
        try (var rooms = Files.newDirectoryStream(cache.resolve(kind))) {
            for (var room : rooms) {
                var about = room.resolve("about");
                if (!Files.exists(about)) {
                    continue; // made at this moment
                }
                var used = Files.getLastModifiedTime(room).toInstant();
                var item =
                        new Item(
                                Kind.SOURCE,
                                Files.readString(about, StandardCharsets.UTF_8),
                                kind.equals("git") ? "git repository" : "download",
                                size(room),
                                used);
                groups.add(new Group(item, List.of(room), Set.of()));
            }
        } catch (NoSuchFileException e) {
            return; // no build ever fetched anything
        }
    }

    private static long size(Path directory) throws IOException {
        try (var dir = Dir.open(directory)) {
            return size(dir);
        }
    }

    private static long size(Dir dir) throws IOException {
        long bytes = 0;
        for (var entry : dir.list()) {
            var stat = dir.statIfExists(entry.name());
            if (stat == null) {
                continue;
            }
            bytes += stat.blocks() * 512;
            if (stat.type() == dev.slipway.linux.FileType.DIRECTORY) {
                try (var child = dir.openDir(entry.name(), dev.slipway.linux.Resolve.NO_SYMLINKS)) {
                    bytes += size(child);
                }
            }
        }
        return bytes;
    }

    /// Drops lists of files that no record speaks of any more, and what dead writers left.
    private void dropOrphans() throws IOException {
        var used = new HashSet<String>();
        records.forEachFile(file -> {
            var record = read(file);
            if (record != null) {
                for (var part : record.definition()) {
                    used.add(part.value());
                }
                for (var part : record.contentInputs()) {
                    used.add(part.value());
                }
            }
        });
        try (var inputs = Files.newDirectoryStream(cache.resolve("inputs"))) {
            for (var file : inputs) {
                if (!used.contains(String.valueOf(file.getFileName()))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            return;
        }
    }
}
