package dev.slipway.base;

import dev.slipway.image.FileEntry;
import dev.slipway.image.tar.TarEntry;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The root file system as it comes together: who put what where. Only metadata is held; contents
/// stay in the packages' data archives, or are small.
///
/// As dpkg does it, a directory of a package may go where a link to a directory is: that is how
/// `/bin/sh` of a package lands in `/usr/bin` of a merged root.
final class RootTree {
    private static final int MAX_LINKS = 40;

    /// Where bytes come from.
    sealed interface Content {
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Text(byte[] bytes) implements Content {}

        record Spooled(Path archive, long offset, long size) implements Content {}

        default InputStream open(Spool spool) throws IOException {
            return switch (this) {
                case Text(byte[] bytes) -> new ByteArrayInputStream(bytes);
                case Spooled spooled -> spool.open(spooled);
            };
        }
    }

    /// Opens spooled contents; keeps the archives open meanwhile.
    interface Spool {
        InputStream open(Content.Spooled content) throws IOException;
    }

    /// One file. Names that share a node are hard links to one another.
    static final class Node {
        private final FileEntry entry;
        private final @Nullable Content content;
        private final @Nullable DebPackage owner;

        Node(FileEntry entry, @Nullable Content content, @Nullable DebPackage owner) {
            this.entry = entry;
            this.content = content;
            this.owner = owner;
        }

        FileEntry entry() {
            return entry;
        }

        @Nullable Content content() {
            return content;
        }

        @Nullable DebPackage owner() {
            return owner;
        }
    }

    private final SortedMap<RawPath, Node> nodes = new TreeMap<>(RawPath::compareTree);
    private final Timespec time;

    /// @param time of what no package brings, and the latest that any file may bear
    RootTree(Timespec time) {
        this.time = time;
    }

    SortedMap<RawPath, Node> nodes() {
        return nodes;
    }

    @Nullable Node lookup(String path) throws ArchiveException {
        return nodes.get(place(RawPath.of(path)));
    }

    /// The links of a merged `/usr` (Debian 12, Ubuntu 20.04 and later), for directories some
    /// package puts files into.
    void mergeUsr(Iterable<DebArchive> archives) throws ArchiveException {
        var aliases = new TreeMap<String, Boolean>();
        for (var name : List.of("bin", "sbin", "lib")) {
            aliases.put(name, true);
        }
        for (var archive : archives) {
            for (var member : archive.members()) {
                var names = member.entry().path().names();
                if (!names.isEmpty() && names.getFirst().latin1().matches("lib(32|64|o32|x32)")) {
                    aliases.put(names.getFirst().latin1(), true);
                }
            }
        }
        for (var name : aliases.keySet()) {
            directory("usr/" + name, 0755);
            symlink(name, "usr/" + name);
        }
    }

    /// Puts a package's files in place.
    ///
    /// @param wanted tells which paths are kept
    void add(DebPackage owner, DebArchive archive, Predicate<String> wanted)
            throws ArchiveException {
        for (var member : archive.members()) {
            var entry = member.entry();
            if (!entry.path().isRoot() && wanted.test(entry.path().latin1())) {
                put(owner, archive, member);
            }
        }
    }

    private void put(DebPackage owner, DebArchive archive, DebArchive.Member member)
            throws ArchiveException {
        var entry = member.entry();
        var path = place(entry.path());
        var existing = nodes.get(path);
        if (entry.kind() == TarEntry.Kind.DIRECTORY) {
            boolean implied =
                    existing != null && existing.owner() == null && existing.entry().isDirectory();
            if (existing == null || implied) {
                insert(path, new Node(file(path, entry), null, owner));
            } else if (!leadsToDirectory(path)) {
                settle(path, existing, owner, new Node(file(path, entry), null, owner));
            }
            return;
        }
        Node node;
        if (entry.kind() == TarEntry.Kind.HARD_LINK) {
            var target = nodes.get(place(Objects.requireNonNull(entry.linkTarget())));
            if (target == null || !target.entry().isRegular()) {
                throw new ArchiveException(
                        owner + ": " + entry.path() + " links to a file that is not there");
            }
            node = target;
        } else {
            Content content =
                    entry.kind() == TarEntry.Kind.REGULAR
                            ? new Content.Spooled(archive.data(), member.offset(), entry.size())
                            : null;
            node = new Node(file(path, entry), content, owner);
        }
        if (existing == null) {
            insert(path, node);
        } else {
            settle(path, existing, owner, node);
        }
    }

    /// Two packages bring the same file: the one that says `Replaces` wins.
    private void settle(RawPath path, Node existing, DebPackage owner, Node node)
            throws ArchiveException {
        var other = existing.owner();
        if (other == null || owner.equals(other)) {
            if (other == null || !existing.entry().isDirectory()) {
                nodes.put(path, node);
                return;
            }
        } else if (other.mayReplaceFilesOf(owner)) {
            return;
        } else if (owner.mayReplaceFilesOf(other) && !existing.entry().isDirectory()) {
            nodes.put(path, node);
            return;
        }
        throw new ArchiveException(
                "/"
                        + path
                        + " is in both "
                        + other
                        + " and "
                        + owner
                        + ", and neither replaces it");
    }

    private FileEntry file(RawPath path, TarEntry entry) throws ArchiveException {
        var type =
                switch (entry.kind()) {
                    case REGULAR -> FileType.REGULAR;
                    case DIRECTORY -> FileType.DIRECTORY;
                    case SYMLINK -> FileType.SYMLINK;
                    case CHARACTER_DEVICE -> FileType.CHARACTER_DEVICE;
                    case BLOCK_DEVICE -> FileType.BLOCK_DEVICE;
                    case FIFO -> FileType.FIFO;
                    case HARD_LINK -> throw new ArchiveException(path + ": a link to nothing");
                };
        var mtime = entry.mtime().compareTo(time) > 0 ? time : entry.mtime();
        return new FileEntry(
                path,
                type,
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.size(),
                mtime,
                entry.linkTarget(),
                entry.deviceMajor(),
                entry.deviceMinor(),
                entry.xattrs(),
                0);
    }

    /// Where `path` really is: links in its directories are followed, the last name is not.
    private RawPath place(RawPath path) throws ArchiveException {
        return path.isRoot() ? path : resolve(path.parent(), 0).child(path.name());
    }

    private RawPath resolve(RawPath path, int links) throws ArchiveException {
        if (links > MAX_LINKS) {
            throw new ArchiveException("/" + path + ": too many links");
        }
        var at = RawPath.ROOT;
        var names = path.names();
        for (int i = 0; i < names.size(); i++) {
            at = at.child(names.get(i));
            var node = nodes.get(at);
            var target = node == null ? null : node.entry().linkTarget();
            if (target != null) {
                var from = target.latin1().startsWith("/") ? "" : at.parent().latin1() + "/";
                var whole = new StringBuilder(from).append(target.latin1());
                for (var rest : names.subList(i + 1, names.size())) {
                    whole.append('/').append(rest.latin1());
                }
                return resolve(RawPath.ofLatin1(whole.toString()).normalize(), links + 1);
            }
        }
        return at;
    }

    private boolean leadsToDirectory(RawPath path) throws ArchiveException {
        var node = nodes.get(resolve(path, 0));
        return node != null && node.entry().isDirectory();
    }

    private void insert(RawPath path, Node node) throws ArchiveException {
        var parent = path.parent();
        if (!parent.isRoot()) {
            var above = nodes.get(parent);
            if (above == null) {
                insert(
                        parent,
                        new Node(FileEntry.directory(parent, 0755).withMtime(time), null, null));
            } else if (!above.entry().isDirectory()) {
                throw new ArchiveException("/" + path + " is below /" + parent + ", a file");
            }
        }
        nodes.put(path, node);
    }

    /// Makes a directory, unless there is one.
    void directory(String path, int mode) throws ArchiveException {
        directory(path, mode, 0, 0);
    }

    void directory(String path, int mode, int uid, int gid) throws ArchiveException {
        var place = place(RawPath.of(path));
        if (nodes.get(place) == null || !leadsToDirectory(place)) {
            insert(
                    place,
                    new Node(
                            FileEntry.directory(place, mode).withOwner(uid, gid).withMtime(time),
                            null,
                            null));
        }
    }

    /// Makes or replaces a file.
    void file(String path, int mode, String text) throws ArchiveException {
        file(path, mode, text.getBytes(StandardCharsets.UTF_8));
    }

    void file(String path, int mode, byte[] bytes) throws ArchiveException {
        var place = place(RawPath.of(path));
        var entry = FileEntry.file(place, mode, bytes.length).withMtime(time);
        insert(place, new Node(entry, new Content.Text(bytes), null));
    }

    /// Makes a link, unless something is there.
    void symlink(String path, String target) throws ArchiveException {
        var place = place(RawPath.of(path));
        if (nodes.get(place) == null) {
            var entry = FileEntry.symlink(place, RawPath.of(target)).withMtime(time);
            insert(place, new Node(entry, null, null));
        }
    }

    /// Drops a directory with all that is in it, or a file.
    void remove(String path) throws ArchiveException {
        var place = place(RawPath.of(path));
        nodes.keySet().removeIf(each -> each.startsWith(place));
    }
}
