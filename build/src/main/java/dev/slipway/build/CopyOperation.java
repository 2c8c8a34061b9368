package dev.slipway.build;

import dev.slipway.container.UnknownUserException;
import dev.slipway.container.Users;
import dev.slipway.container.Users.Owner;
import dev.slipway.image.FileEntry;
import dev.slipway.image.FileList;
import dev.slipway.image.FileTree;
import dev.slipway.image.LayerWriter;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Decides what a COPY or ADD makes where, as BuildKit does, and writes it.
///
/// - Links in the destination are followed with the image's root as theirs; missing directories are
///   made 0755.
/// - A destination with a trailing slash, or an existing directory, gets files put into it.
///   Otherwise it is what the file is to be called.
/// - Of a directory the contents are copied. Directories found at the destination are merged with:
///   the destination itself keeps its attributes, those deeper down take over the source's.
/// - A file replaces a file or link. It does not replace a directory, nor a directory a file.
final class CopyOperation implements AutoCloseable {
    private static final Owner ROOT = new Owner(0, 0);

    private final CopySpec spec;
    private final @Nullable Owner owner;
    private final @Nullable Chmod chmod;
    private final @Nullable Timespec latest;
    private final Timespec impliedTime;
    private final Destination destination;
    private final FileTree below;
    private final Spool spool;
    private final Map<Inode, Object> inodes = new HashMap<>();
    private final Set<RawPath> named = new HashSet<>();

    /// As `latest`, for the source that is being added.
    private @Nullable Timespec limit;

    private record Inode(long device, long number) {}

    /// @param below the files under the new layer
    CopyOperation(CopySpec spec, FileTree below, @Nullable Timespec latest, Path temporary)
            throws IOException, CopyException {
        this.spec = spec;
        this.below = below;
        this.owner = spec.chown() == null ? null : owner(spec.chown(), below);
        this.chmod = spec.chmod() == null ? null : Chmod.parse(spec.chmod());
        this.latest = latest;
        this.limit = latest;
        this.impliedTime = latest == null ? Timespec.EPOCH : latest;
        FileTree seen = spec.link() ? new EmptyTree() : below;
        this.destination =
                new Destination(seen, spec.link(), owner == null ? ROOT : owner, impliedTime);
        this.spool = new Spool(temporary);
    }

    /// One that copies whole directories, and no archive.
    static CopyOperation ofDirectories(CopySpec spec, FileTree below, @Nullable Timespec latest)
            throws IOException, CopyException {
        return new CopyOperation(spec, below, latest, Path.of(""));
    }

    private static Owner owner(String text, FileTree files) throws IOException, CopyException {
        try {
            return Users.owner(files, text);
        } catch (UnknownUserException e) {
            throw new CopyException(
                    "--chown=" + text + ": " + e.getMessage(),
                    "give numbers, or add the user in an earlier step");
        }
    }

    static Timespec clamp(Timespec time, @Nullable Timespec latest) {
        return latest != null && time.compareTo(latest) > 0 ? latest : time;
    }

    /// Adds a source, and all that it stands for.
    ///
    /// @param unpacked whether archives are unpacked; null: those of an ADD are
    void add(SelectedSource selected, SourceTree source, @Nullable Boolean unpacked)
            throws IOException, CopyException, InterruptedException {
        boolean unpacks = unpacked == null ? spec.add() : unpacked;
        limit = source.keepsTimes() ? null : latest;
        try {
            if (!selected.isDirectory() && unpacks && unpack(selected, source)) {
                return;
            }
            RawPath target = target();
            if (selected.isDirectory()) {
                addDirectory(selected, source, target);
            } else {
                SourceFile file = selected.root();
                RawPath path = fileTarget(target, selected.name().name());
                put(file.entry().withPath(path), content(source, file), inode(file));
            }
        } catch (FileSystemLoopException _) {
            throw new CopyException(
                    "destination " + spec.destination() + ": too many symbolic links", null);
        }
    }

    /// Adds a file written in the Dockerfile.
    void add(CopySpec.InlineFile inline) throws IOException, CopyException {
        byte[] bytes = inline.content().getBytes(StandardCharsets.UTF_8);
        RawPath path = fileTarget(target(), RawPath.of(inline.name()).normalize().name());
        FileEntry entry = FileEntry.file(path, 0644, bytes.length).withMtime(impliedTime);
        put(entry, new PlannedContent.OfBytes(bytes), null);
    }

    private boolean unpack(SelectedSource selected, SourceTree source)
            throws IOException, CopyException, InterruptedException {
        if (!selected.root().entry().isRegular()) {
            return false;
        }
        try (ArchiveExtraction archive = ArchiveExtraction.open(source.open(selected.root()))) {
            if (archive == null) {
                return false;
            }
            RawPath directory = destination.resolvePath(destinationPath(), true);
            destination.makeDirectories(directory);
            archive.into(destination, directory, owner, limit, spool);
            return true;
        }
    }

    private RawPath destinationPath() {
        String text = spec.destination();
        return RawPath.of(text.startsWith("/") ? text : spec.workingDir() + "/" + text).normalize();
    }

    private boolean isDirectoryWanted() {
        String text = spec.destination();
        return text.isEmpty()
                || text.endsWith("/")
                || text.endsWith("/.")
                || text.equals(".")
                || text.equals("..")
                || text.endsWith("/..");
    }

    /// The destination without links, and the directory it needs: itself, if a slash says so.
    private RawPath target() throws IOException, CopyException {
        RawPath path = destinationPath();
        boolean wanted = isDirectoryWanted();
        RawPath directory = destination.resolvePath(wanted ? path : path.parent(), true);
        destination.makeDirectories(directory);
        if (wanted && owner != null) { // what --chown says of the directory is no invention
            destination.keep(directory);
        }
        return destination.resolvePath(path, true);
    }

    private RawPath fileTarget(RawPath target, RawPath name) throws IOException, CopyException {
        FileEntry existing = destination.find(target);
        if (existing != null && existing.isDirectory()) {
            return target.child(name);
        }
        if (!named.add(target)) {
            throw new CopyException(
                    "several files would become " + spec.destination(),
                    "with more than one source, the destination must be a directory and end with"
                            + " /");
        }
        destination.makeDirectories(target.parent());
        return target;
    }

    private void addDirectory(SelectedSource selected, SourceTree source, RawPath target)
            throws IOException, CopyException, InterruptedException {
        FileEntry existing = destination.find(target);
        if (existing == null) {
            destination.makeDirectories(target);
            FileEntry made = destination.find(target);
            boolean invented = spec.link() && owner == null;
            if (made != null && !invented) {
                Timespec time = clamp(selected.root().entry().mtime(), limit);
                destination.put(PlannedFile.directory(made.withMtime(time), true));
            }
        } else if (!existing.isDirectory()) {
            throw notADirectory(target);
        }
        for (SelectedFile file : selected.files()) {
            RawPath path = target.child(file.relative());
            put(
                    file.file().entry().withPath(path),
                    content(source, file.file()),
                    inode(file.file()));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /// Makes the directory that the files of `directory` are copied to.
    ///
    /// @param directory without its files
    /// @param files with paths from it
    /// @return the files as they will be in the layer; null if something below may be in their way,
    ///   so that they must be added one by one
    @Nullable FileList place(SelectedSource directory, SourceTree source, FileList files)
            throws IOException, CopyException, InterruptedException {
        add(directory, source, false);
        RawPath target = target();
        if (!spec.link() && !isFree(target, files)) {
            return null;
        }
        if (files.count() > 0) {
            destination.include(target);
        }
        FileList placed = files.in(target);
        if (owner != null) {
            placed = placed.ownedBy(owner.uid(), owner.gid());
        }
        if (chmod != null) {
            placed = placed.withModes(chmod);
        }
        Timespec last = source.keepsTimes() ? null : latest;
        return last == null ? placed : placed.notAfter(last);
    }

    /// Whether all that lies below is kept, or replaced by its like: directories by directories,
    /// and the rest by the rest.
    private boolean isFree(RawPath target, FileList files) throws IOException {
        Deque<RawPath> directories = new ArrayDeque<>();
        directories.add(target);
        while (!directories.isEmpty()) {
            for (FileEntry there : below.children(directories.remove())) {
                int file = files.find(there.path().from(target).latin1());
                if (file >= 0 && files.isDirectory(file) != there.isDirectory()) {
                    return false;
                }
                if (file >= 0 && there.isDirectory()) {
                    directories.add(there.path());
                }
            }
        }
        return true;
    }

    private void put(FileEntry entry, PlannedContent content, @Nullable Object inode)
            throws IOException, CopyException {
        RawPath path = entry.path();
        FileEntry existing = destination.find(path);
        if (entry.isDirectory()) {
            if (existing != null && !existing.isDirectory()) {
                throw notADirectory(path);
            }
            destination.put(PlannedFile.directory(transformed(entry), false));
            return;
        }
        if (existing != null && existing.isDirectory()) {
            throw new CopyException(
                    "cannot replace the directory /" + path + " with a file",
                    "remove the directory first, or copy to another name");
        }
        destination.put(PlannedFile.file(transformed(entry), content, inode));
    }

    private static CopyException notADirectory(RawPath path) {
        return new CopyException(
                "cannot copy a directory to /" + path + ", which is no directory",
                "a symbolic link in the image counts as none; copy to where it leads");
    }

    private FileEntry transformed(FileEntry entry) {
        boolean link = entry.isSymlink();
        int mode =
                chmod == null || link
                        ? entry.mode()
                        : chmod.apply(entry.mode(), entry.isDirectory());
        return new FileEntry(
                entry.path(),
                entry.type() == FileType.SOCKET ? FileType.REGULAR : entry.type(),
                mode,
                owner == null ? entry.uid() : owner.uid(),
                owner == null ? entry.gid() : owner.gid(),
                entry.size(),
                clamp(entry.mtime(), limit),
                entry.linkTarget(),
                entry.deviceMajor(),
                entry.deviceMinor(),
                copied(entry.xattrs()),
                0);
    }

    private static SortedMap<String, byte[]> copied(SortedMap<String, byte[]> xattrs) {
        if (xattrs.isEmpty()) {
            return xattrs;
        }
        SortedMap<String, byte[]> kept = new TreeMap<>(xattrs);
        kept.keySet().removeIf(name -> !CopiedXattrs.isCopied(name));
        return kept;
    }

    private static PlannedContent content(SourceTree source, SourceFile file) {
        return file.entry().isRegular()
                ? new PlannedContent.OfSource(source, file)
                : PlannedContent.NONE;
    }

    private @Nullable Object inode(SourceFile file) {
        long group = file.entry().hardlinkGroup();
        if (group == 0 || !file.entry().isRegular()) {
            return null;
        }
        FileStat stat = file.stat();
        Inode inode = new Inode(stat == null ? 0 : stat.device(), group);
        return inodes.computeIfAbsent(inode, _ -> new Object());
    }

    /// Writes what was added, in tree order.
    ///
    /// @param digests learns what is read on the way
    void writeTo(LayerWriter layer, LayerFilling.DigestsOf digests)
            throws IOException, CopyException, InterruptedException {
        try {
            LayerFilling.fill(layer, destination.files(), digests);
        } catch (FileChangedException e) {
            throw changed(e);
        }
    }

    /// Writes the directories on the way, and then what was placed.
    ///
    /// @param planning tells of a file that the layer does not have yet
    void writeTo(
            LayerWriter layer,
            FileList placed,
            LayerFilling.Planning planning,
            LayerFilling.DigestsOf digests)
            throws IOException, CopyException, InterruptedException {
        try {
            LayerFilling.fill(layer, destination.files(), digests);
            LayerFilling.fill(layer, placed, planning, digests);
        } catch (FileChangedException e) {
            throw changed(e);
        }
    }

    private static CopyException changed(FileChangedException e) {
        return new CopyException(
                String.valueOf(e.getMessage()), "build again once nothing writes to it");
    }

    @Override
    public void close() {
        spool.close();
    }

    /// What `--link` sees below: nothing.
    private static final class EmptyTree implements FileTree {
        @Override
        public Optional<FileEntry> lookup(RawPath path) {
            return Optional.empty();
        }

        @Override
        public List<FileEntry> children(RawPath directory) {
            return List.of();
        }

        @Override
        public InputStream open(FileEntry file) throws IOException {
            throw new NoSuchFileException(file.path().toString());
        }

        @Override
        public void close() {}
    }
}
