package dev.slipway.build;

import dev.slipway.build.record.BuildRecords;
import dev.slipway.build.record.BuildStatus;
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

/// What builds keep in a store beside images: records of steps, cache mounts, and what was fetched.
/// It names the layers that records need to the collector, and forgets what is old or too much.
///
/// Forgetting frees what only it kept when the collector next runs.
public final class BuildCache implements Roots {
    private final Path cache;
    private final RecordStore records;
    private final Store store;

    public BuildCache(Store store) {
        this.store = store;
        this.cache = store.home().resolve("cache");
        this.records = new RecordStore(store.home(), _ -> {});
    }

    /// The kinds of things that are kept.
    public enum Kind {
        STEP,
        CACHE_MOUNT,
        /// A git repository that steps copied from.
        GIT_SOURCE,
        /// A download that steps copied from.
        WEB_SOURCE;

        /// BuildKit's word for it, where it has one.
        public String word() {
            return switch (this) {
                case STEP -> "regular";
                case CACHE_MOUNT -> "exec.cachemount";
                case GIT_SOURCE -> "source.git.checkout";
                case WEB_SOURCE -> "source.http";
            };
        }
    }

    /// One thing that is kept.
    ///
    /// @param id of a step, its key; else the name of its directory
    /// @param description what made it; of a cache mount, its id; of a source, its address
    /// @param bytes what it holds; a layer that several steps share counts for each
    /// @param inUse whether a live process works with it
    /// @param shared whether an image has its layer too
    public record Item(
            Kind kind,
            String id,
            String description,
            long bytes,
            Instant created,
            Instant lastUsed,
            boolean inUse,
            boolean shared) {}

    /// What to forget, the least recently used first. What is in use stays.
    ///
    /// @param which of what
    /// @param unusedFor only what was not used for so long; null: however recently
    /// @param limits forget until these hold; with [CacheLimits#NONE] all
    public record Prune(CacheFilter which, @Nullable Duration unusedFor, CacheLimits limits) {
        /// Everything.
        public static final Prune ALL = new Prune(CacheFilter.ALL, null, CacheLimits.NONE);
    }

    /// @param result of a step; null of anything else
    private record Group(Item item, List<Path> files, @Nullable Snapshot result) {}

    @Override
    public void mark(Store store, Marks marks) throws IOException {
        var marked = new ChangeCheck();
        records.forEachFile(file -> {
            var record = read(file);
            if (record != null) {
                marked.all(
                        record.result(),
                        change -> {
                            if (change.diffId() != null) {
                                marks.keepAll(Set.of(change.diffId()));
                            }
                            return true;
                        });
            }
        });
        marks.keepAll(FailedState.layersOf(store.home().resolve("builds")));
    }

    private @Nullable CacheRecord read(Path file) throws IOException {
        if (String.valueOf(file.getFileName()).startsWith(".")) {
            return null;
        }
        try {
            return records.decode(Files.readAllBytes(file));
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

    /// A thing that was chosen, and where it is.
    ///
    /// @param files of a step, its record under each of its keys; of a cache mount, its directory
    /// @param result of a step; null of anything else
    record Selected(Item item, List<Path> files, @Nullable Snapshot result) {}

    /// What is meant of all that is kept, least recently used first.
    List<Selected> select(CacheFilter which, Instant now) throws IOException {
        var selected = new ArrayList<Selected>();
        for (var group : groups()) {
            if (which.holds(group.item, now)) {
                selected.add(new Selected(group.item, group.files, group.result));
            }
        }
        return selected;
    }

    /// Forgets what `prune` says, except what a live process works with.
    ///
    /// @return what was forgotten
    public List<Item> prune(Store store, Prune prune, Instant now) throws IOException {
        var forgotten = new ArrayList<Item>();
        var groups = groups();
        long bytes = 0;
        for (var group : groups) {
            bytes += prune.which().holds(group.item, now) ? group.item.bytes() : 0;
        }
        long free = Files.getFileStore(store.home()).getUsableSpace();
        long keep = prune.limits().keep(bytes, free);
        for (var group : groups) {
            boolean old =
                    prune.unusedFor() == null
                            || group.item.lastUsed().isBefore(now.minus(prune.unusedFor()));
            boolean tooMuch = keep == 0 || bytes > keep;
            if (old && tooMuch && prune.which().holds(group.item, now) && forget(group)) {
                bytes -= group.item.bytes();
                forgotten.add(group.item);
            }
        }
        dropOrphans();
        return forgotten;
    }

    /// Forgets steps whose layers are gone.
    ///
    /// @return what was forgotten
    public List<Item> pruneLost(Store store) throws IOException {
        var forgotten = new ArrayList<Item>();
        var there = new ChangeCheck();
        for (var group : groups()) {
            if (isLost(store, group, there) && forget(group)) {
                forgotten.add(group.item);
            }
        }
        dropOrphans();
        return forgotten;
    }

    /// Drops records of builds, except the newest, the young, and what somebody looks around in.
    ///
    /// @param keep how many stay
    /// @param keepFor how long all stay
    public void dropBuilds(int keep, Duration keepFor, Instant now) throws IOException {
        var records = new BuildRecords(store.home());
        int kept = 0;
        for (var build : records.list()) {
            boolean young = build.started().isAfter(now.minus(keepFor));
            boolean runs = build.status() == BuildStatus.RUNNING;
            if (!young && !runs && kept >= keep) {
                if (FailedState.drop(records.directory(build.id()))) {
                    records.remove(build.id());
                }
            }
            kept++;
        }
    }

    private static boolean isLost(Store store, Group group, ChangeCheck there) throws IOException {
        return group.result != null
                && !there.all(
                        group.result,
                        change ->
                                change.diffId() == null
                                        || store.layers().find(change.diffId()).isPresent());
    }

    private static boolean forget(Group group) throws IOException {
        if (group.item.inUse()) {
            return false;
        }
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
        addSteps(groups, Uses.of(store));
        addMounts(groups);
        addSources(groups, "git");
        addSources(groups, "http");
        groups.sort(Comparator.comparing(group -> group.item.lastUsed()));
        return groups;
    }

    private void addSteps(List<Group> groups, Uses uses) throws IOException {
        Map<String, Group> byKey = new HashMap<>();
        records.forEachFile(file -> {
            var record = read(file);
            if (record == null || record.result().count() == 0) {
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
            var item =
                    new Item(
                            Kind.STEP,
                            key,
                            record.name(),
                            last.diffId() == null ? 0 : last.size(),
                            Instant.ofEpochMilli(last.createdMillis()),
                            used,
                            last.diffId() != null && uses.leased().contains(last.diffId()),
                            last.diffId() != null && uses.images().contains(last.diffId()));
            byKey.put(key, new Group(item, files, record.result()));
        });
        groups.addAll(byKey.values());
    }

    private void addMounts(List<Group> groups) throws IOException {
        try (var mounts = Files.newDirectoryStream(cache.resolve("mounts"))) {
            for (var home : mounts) {
                var file = home.resolve("id");
                var name = String.valueOf(home.getFileName());
                var id = Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : name;
                var used = Files.getLastModifiedTime(home).toInstant();
                var made = Files.exists(file) ? Files.getLastModifiedTime(file).toInstant() : used;
                boolean inUse = isLocked(home);
                var item =
                        new Item(Kind.CACHE_MOUNT, name, id, size(home), made, used, inUse, false);
                groups.add(new Group(item, List.of(home), null));
            }
        } catch (NoSuchFileException e) {
            return; // no build ever used one
        }
    }

    private static boolean isLocked(Path home) throws IOException {
        try (var files = Files.newDirectoryStream(home, "*.lock")) {
            for (var file : files) {
                try (var lock = FileLock.tryExclusive(file)) {
                    if (lock == null) {
                        return true;
                    }
                }
            }
        }
        return false;
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
                                kind.equals("git") ? Kind.GIT_SOURCE : Kind.WEB_SOURCE,
                                String.valueOf(room.getFileName()),
                                Files.readString(about, StandardCharsets.UTF_8),
                                size(room),
                                Files.getLastModifiedTime(about).toInstant(),
                                used,
                                isLocked(room),
                                false);
                groups.add(new Group(item, List.of(room), null));
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

    /// Drops lists of files and blocks of results that no record speaks of any more, and what dead
    /// writers left.
    private void dropOrphans() throws IOException {
        var used = new HashSet<String>();
        var results = new HashSet<String>();
        records.forEachFile(file -> {
            var record = read(file);
            if (record != null) {
                var _ = ResultBlock.newIn(record.result(), results);
                for (var part : record.definition()) {
                    used.add(part.value());
                }
                for (var part : record.contentInputs()) {
                    used.add(part.value());
                }
            }
        });
        dropOthers(cache.resolve("inputs"), used);
        dropOthers(cache.resolve("results"), results);
    }

    private static void dropOthers(Path directory, Set<String> used) throws IOException {
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                if (!used.contains(String.valueOf(file.getFileName()))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            return;
        }
    }
}
