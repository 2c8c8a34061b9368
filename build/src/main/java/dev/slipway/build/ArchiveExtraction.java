package dev.slipway.build;

import dev.slipway.container.Users.Owner;
import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.image.compress.Decompression;
import dev.slipway.image.compress.DecompressionException;
import dev.slipway.image.compress.DecompressionLimits;
import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarException;
import dev.slipway.image.tar.TarLimits;
import dev.slipway.image.tar.TarReader;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.util.SortedMap;
import java.util.TreeMap;

/// Unpacks an archive for ADD. What it is shows in its content, not in its name.
///
/// Nothing leaves the directory it is unpacked into: names are cut off at it, links on the way to a
/// name, those of the archive itself included, are followed with it as the root. An entry for `.`
/// leaves the directory as it is. Size, number of entries and expansion are bounded.
final class ArchiveExtraction implements AutoCloseable {
    private final TarReader tar;
    private final TarEntry first;

    private ArchiveExtraction(TarReader tar, TarEntry first) {
        this.tar = tar;
        this.first = first;
    }

    /// Looks whether a file is a tar archive, compressed or not.
    ///
    /// @param file closed with what is returned, or at once
    /// @return null if it is not, or holds nothing: such a file is copied as it is
    static @Nullable ArchiveExtraction open(InputStream file) throws IOException {
        TarReader tar = null;
        ArchiveExtraction archive = null;
        try {
            InputStream plain = Decompression.open(file, DecompressionLimits.DEFAULT);
            tar = new TarReader(plain, TarLimits.DEFAULT);
            TarEntry first = tar.next();
            if (first != null) {
                archive = new ArchiveExtraction(tar, first);
            }
        } catch (TarException | DecompressionException _) {
            // not an archive
        } finally {
            if (archive == null) {
                if (tar != null) {
                    tar.close();
                }
                file.close();
            }
        }
        return archive;
    }

    /// Unpacks into a directory that exists and in whose path no link is left.
    ///
    /// @param owner to whom everything shall belong; null: as the archive says
    /// @param latest no time may be after it; null: no limit
    /// @throws CopyException if the archive is damaged, or asks for what cannot be
    void into(
            Destination destination,
            RawPath directory,
            @Nullable Owner owner,
            @Nullable Timespec latest,
            Spool spool)
            throws IOException, CopyException, InterruptedException {
        var unpacking = new Unpacking(destination, directory, owner, latest, spool);
        TarEntry entry = first;
        try {
            while (entry != null) {
                unpacking.add(entry);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                entry = tar.next();
            }
        } catch (TarException | DecompressionException e) {
            throw new CopyException("cannot unpack the archive: " + e.getMessage(), null);
        } catch (FileSystemLoopException e) {
            throw new CopyException(
                    "cannot unpack the archive: too many symbolic links on the way to "
                            + e.getMessage(),
                    null);
        }
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }

    private final class Unpacking {
        private final Destination destination;
        private final RawPath directory;
        private final FileTree root;
        private final @Nullable Owner owner;
        private final @Nullable Timespec latest;
        private final Spool spool;

        Unpacking(
                Destination destination,
                RawPath directory,
                @Nullable Owner owner,
                @Nullable Timespec latest,
                Spool spool) {
            this.destination = destination;
            this.directory = directory;
            this.root = destination.beneath(directory);
            this.owner = owner;
            this.latest = latest;
            this.spool = spool;
        }

        void add(TarEntry entry) throws IOException, CopyException {
            boolean isDirectory = entry.kind() == TarEntry.Kind.DIRECTORY;
            RawPath inside = root.resolvePath(entry.path(), isDirectory);
            if (inside.isRoot()) {
                return; // "." must not change the directory's mode and owner
            }
            RawPath path = directory.child(inside);
            destination.makeDirectories(path.parent());
            PlannedFile file = file(entry, path); // before what it may link to is removed
            FileEntry existing = destination.find(path);
            if (existing != null && !(existing.isDirectory() && isDirectory)) {
                destination.remove(path);
            }
            destination.put(file);
        }

        private PlannedFile file(TarEntry entry, RawPath path) throws IOException, CopyException {
            return switch (entry.kind()) {
                case DIRECTORY ->
                        PlannedFile.directory(entry(entry, path, FileType.DIRECTORY), false);
                case REGULAR ->
                        PlannedFile.file(
                                entry(entry, path, FileType.REGULAR), content(entry), null);
                case HARD_LINK -> hardLink(entry, path);
                case SYMLINK -> node(entry, path, FileType.SYMLINK);
                case CHARACTER_DEVICE -> node(entry, path, FileType.CHARACTER_DEVICE);
                case BLOCK_DEVICE -> node(entry, path, FileType.BLOCK_DEVICE);
                case FIFO -> node(entry, path, FileType.FIFO);
            };
        }

        private PlannedContent content(TarEntry entry) throws IOException {
            return entry.size() == 0
                    ? PlannedContent.NONE
                    : new PlannedContent.OfSpool(spool, spool.append(tar.content()), entry.size());
        }

        private PlannedFile node(TarEntry entry, RawPath path, FileType type) {
            return PlannedFile.file(entry(entry, path, type), PlannedContent.NONE, null);
        }

        /// CVE-2026-50163: what a hard link names is looked for beneath the directory, and nowhere
        /// else.
        private PlannedFile hardLink(TarEntry entry, RawPath path)
                throws IOException, CopyException {
            RawPath name = entry.linkTarget();
            RawPath inside = name == null ? RawPath.ROOT : root.resolvePath(name, false);
            RawPath target = directory.child(inside);
            FileEntry existing = inside.isRoot() ? null : destination.find(target);
            if (existing == null || existing.isDirectory()) {
                throw new CopyException(
                        "cannot unpack the archive: "
                                + entry.path()
                                + " is a hard link to "
                                + name
                                + ", which "
                                + (existing == null ? "does not exist" : "is a directory"),
                        null);
            }
            PlannedFile made = destination.made(target);
            if (made == null) {
                PlannedContent content =
                        existing.isRegular()
                                ? new PlannedContent.OfTree(destination, existing)
                                : PlannedContent.NONE;
                FileEntry copy = existing.withPath(path).withHardlinkGroup(0);
                return PlannedFile.file(copy, content, null);
            }
            if (made.inode() == null) {
                made = made.withInode(new Object());
                destination.put(made);
            }
            return PlannedFile.file(made.entry().withPath(path), made.content(), made.inode());
        }

        private FileEntry entry(TarEntry entry, RawPath path, FileType type) {
            SortedMap<String, byte[]> xattrs = new TreeMap<>(entry.xattrs());
            xattrs.keySet().removeIf(name -> !CopiedXattrs.isCopied(name));
            return new FileEntry(
                    path,
                    type,
                    type == FileType.SYMLINK ? 0777 : entry.mode(),
                    owner == null ? entry.uid() : owner.uid(),
                    owner == null ? entry.gid() : owner.gid(),
                    type == FileType.REGULAR ? entry.size() : 0,
                    CopyOperation.clamp(entry.mtime(), latest),
                    type == FileType.SYMLINK ? entry.linkTarget() : null,
                    entry.deviceMajor(),
                    entry.deviceMinor(),
                    xattrs,
                    0);
        }
    }
}
