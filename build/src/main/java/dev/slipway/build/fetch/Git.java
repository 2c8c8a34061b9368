package dev.slipway.build.fetch;

import dev.slipway.linux.FileLock;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Repositories in the cache, `cache/git`: for each remote a bare mirror that holds what was ever
/// asked of it, and the latest checkouts.
///
/// A checkout is made once for each commit. Whether a branch has moved is asked each time; a full
/// commit is not asked about. Thread-safe.
public final class Git {
    private static final String MIRROR = "mirror";
    private static final int KEPT_TREES = 4;

    private final Path cache;
    private final Surroundings surroundings;

    /// @param home the store's directory
    public Git(Path home, Surroundings surroundings) {
        this.cache = home.resolve("cache").resolve("git");
        this.surroundings = surroundings;
    }

    /// A checkout in use; what it holds must not be changed.
    public record Checkout(Path directory, boolean fresh, CacheRoom room, FileLock share)
            implements AutoCloseable {
        @Override
        public void close() {
            share.close();
            room.close();
        }
    }

    /// The commit that a place is at now, in hex.
    public String commit(GitAddress address)
            throws FetchException, IOException, InterruptedException {
        String ref = address.place().ref();
        return ref != null && isCommit(ref) ? pinned(address, ref) : ask(address, ref);
    }

    private static String pinned(GitAddress address, String commit) throws FetchException {
        String checksum = address.place().checksum();
        if (checksum != null && !commit.startsWith(checksum)) {
            throw elsewhere(address, commit, checksum);
        }
        return commit;
    }

    private static FetchException elsewhere(GitAddress address, String found, String wanted) {
        return new FetchException(
                address + " is at commit " + found + ", not " + wanted,
                "if it was meant to move, correct the commit; else do not trust it");
    }

    static boolean isCommit(String ref) {
        if (ref.length() != 40 && ref.length() != 64) {
            return false;
        }
        for (int i = 0; i < ref.length(); i++) {
            if ("0123456789abcdef".indexOf(ref.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private String ask(GitAddress address, @Nullable String ref)
            throws FetchException, IOException, InterruptedException {
        Files.createDirectories(cache);
        GitCommand git = new GitCommand(address, surroundings, cache);
        String wanted = ref == null ? "HEAD" : ref;
        String output =
                git.run(
                        "cannot ask " + address.remote(),
                        cache,
                        "ls-remote",
                        "--quiet",
                        "--",
                        address.remote(),
                        wanted,
                        wanted + "^{}");
        RemoteRefs refs = RemoteRefs.parse(output);
        String commit = refs.commit(wanted);
        if (commit == null) {
            throw missing(address, ref);
        }
        String checksum = address.place().checksum();
        if (checksum != null
                && !commit.startsWith(checksum)
                && !String.valueOf(refs.tag(wanted)).startsWith(checksum)) {
            throw elsewhere(address, commit, checksum);
        }
        return commit;
    }

    private static FetchException missing(GitAddress address, @Nullable String ref) {
        if (ref == null) {
            return new FetchException(address.remote() + " is empty", null);
        }
        boolean hex = ref.chars().allMatch(c -> Character.digit(c, 16) >= 0);
        return new FetchException(
                address.remote() + " has no branch or tag \"" + ref + "\"",
                hex && ref.length() >= 7 ? "a commit must be given with all its digits" : null);
    }

    /// Has the files of a place at `commit`, which [#commit] told.
    public Checkout checkout(GitAddress address, String commit)
            throws FetchException, IOException, InterruptedException {
        CacheRoom room = CacheRoom.open(cache, address.remote());
        boolean done = false;
        try (var _ = room.change()) {
            String name = treeName(address.place(), commit);
            Path tree = room.resolve(name);
            boolean fresh = !Files.exists(tree);
            if (fresh) {
                new GitMirror(address, room, surroundings).checkOut(commit, tree);
            }
            Checkout result = new Checkout(tree, fresh, room, room.use(name));
            Files.setLastModifiedTime(
                    room.resolve(name + ".lock"),
                    java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis()));
            if (fresh) {
                dropOld(room);
            }
            done = true;
            return result;
        } finally {
            if (!done) {
                room.close();
            }
        }
    }

    private static String treeName(GitPlace place, String commit) {
        return "tree-"
                + commit
                + (place.keeps() ? "-git" : "")
                + (place.submodules() ? "" : "-alone")
                + (place.commitTime() ? "" : "-now");
    }

    private static void dropOld(CacheRoom room) throws IOException {
        List<Path> locks = new ArrayList<>();
        try (var files = Files.newDirectoryStream(room.directory(), "tree-*.lock")) {
            files.forEach(locks::add);
        }
        locks.sort(
                Comparator.comparingLong((Path file) -> file.toFile().lastModified()).reversed());
        for (Path lock : locks.subList(Math.min(KEPT_TREES, locks.size()), locks.size())) {
            String name = String.valueOf(lock.getFileName());
            room.discard(name.substring(0, name.length() - ".lock".length()));
        }
    }

    static Path mirror(CacheRoom room) {
        return room.resolve(MIRROR);
    }
}
