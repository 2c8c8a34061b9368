package dev.slipway.build;

import dev.slipway.dockerfile.IgnorePatternException;
import dev.slipway.dockerfile.IgnorePatterns;
import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.linux.Dir;
import dev.slipway.linux.DirListing;
import dev.slipway.linux.DirSnapshot;
import dev.slipway.linux.DirStat;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;
import dev.slipway.linux.Timespec;
import dev.slipway.linux.Uninterruptibly;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// A build context: a directory read in place, without what its `.dockerignore` hides.
///
/// Every file belongs to 0:0, whoever owns it on the host, unless asked otherwise. Nothing outside
/// the directory is reached, whatever links it holds. Ignored directories are not entered unless
/// something in them may be included again. Digests of content are kept from one build to the next,
/// see [StatCache]. Safe for use by several threads.
public final class BuildContext implements FileTree {
    private static final int MAX_IGNORE_FILE_BYTES = 1 << 20;
    private static final int MAX_LOOK_AHEAD = 256;

    /// What fewer files take to remember is less than a thread's start.
    private static final int WORTH_A_THREAD = 1000;

    private static final int READ =
            OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK;
    private static final SortedMap<String, byte[]> NO_XATTRS = Collections.emptySortedMap();

    private final Dir root;
    private final IgnorePatterns ignore;
    private final StatCache statCache;
    private final String ignoreFile;
    private final ContextRoot.Preserved preserved;
    private final @Nullable Path memories;
    private final ContextListings listings = new ContextListings();
    private final Map<RawPath, Boolean> reincluded = new ConcurrentHashMap<>();
    private final AtomicLong filesOpened = new AtomicLong();
    private final List<Thread> remembering = new ArrayList<>();

    private BuildContext(
            Dir root,
            Ignoring ignoring,
            ContextRoot.Preserved preserved,
            StatCache statCache,
            @Nullable Path memories) {
        this.root = root;
        this.ignore = ignoring.patterns();
        this.ignoreFile = ignoring.file();
        this.preserved = preserved;
        this.statCache = statCache;
        this.memories = memories;
    }

    /// Opens a context.
    ///
    /// @param statCaches the directory for what is remembered between builds; null: nothing is
    /// @throws CopyException if there is no such directory, or the ignore file cannot be understood
    static BuildContext open(ContextRoot where, @Nullable Path statCaches)
            throws IOException, CopyException {
        Instant now = Instant.now();
        Dir root = directory(where);
        try {
            Ignoring ignoring = ignoring(where, root);
            Path cache = statCaches == null ? null : statCaches.resolve(id(where));
            Timespec time = new Timespec(now.getEpochSecond(), now.getNano());
            var known = StatCache.open(cache, time);
            return new BuildContext(root, ignoring, where.preserved(), known, cache);
        } catch (IOException | CopyException | RuntimeException e) {
            root.close();
            throw e;
        }
    }

    /// CVE-2026-33748, CVE-2026-44517: a subdirectory is text from elsewhere; links on the way to
    /// it are followed inside the directory.
    private static Dir directory(ContextRoot where) throws IOException, CopyException {
        if (where.subdirectory().isRoot()) {
            return Dir.open(where.directory());
        }
        try (Dir all = Dir.open(where.directory())) {
            return all.openDir(where.subdirectory(), Resolve.IN_ROOT);
        } catch (LinuxException e) {
            if (isAbsent(e)) {
                throw new CopyException(
                        "there is no directory " + where.subdirectory() + " in it", null);
            }
            throw e;
        }
    }

    private static String id(ContextRoot where) throws IOException {
        String name = where.directory().toRealPath().toString();
        String all =
                where.subdirectory().isRoot() ? name : name + "//" + where.subdirectory().latin1();
        byte[] path = all.getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(KeyHash.sha256().digest(path), 0, 16);
    }

    /// Patterns and where they stand.
    private record Ignoring(IgnorePatterns patterns, String file) {}

    private static Ignoring ignoring(ContextRoot where, Dir root)
            throws IOException, CopyException {
        Path own = where.ignoreFile();
        if (own != null) {
            try (InputStream in = Files.newInputStream(own)) {
                return new Ignoring(parse(own.toString(), in), String.valueOf(own.getFileName()));
            }
        }
        for (RawPath candidate : where.ignoreFiles()) {
            try (Fd file = root.open(candidate, OpenFlags.O_RDONLY, 0, Resolve.IN_ROOT)) {
                String name = candidate.toString();
                return new Ignoring(parse(name, file.inputStream()), name);
            } catch (LinuxException e) {
                if (e.errno() != Errno.ENOENT) {
                    throw e;
                }
            }
        }
        return new Ignoring(IgnorePatterns.NONE, "");
    }

    private static IgnorePatterns parse(String name, InputStream in)
            throws IOException, CopyException {
        byte[] text = in.readNBytes(MAX_IGNORE_FILE_BYTES + 1);
        if (text.length > MAX_IGNORE_FILE_BYTES) {
            throw new CopyException(name + " is larger than 1 MiB", null);
        }
        try {
            return IgnorePatterns.parse(new String(text, StandardCharsets.UTF_8));
        } catch (IgnorePatternException e) {
            throw new CopyException(
                    name + ":" + e.line() + ": " + e.getMessage(), "correct or remove the pattern");
        }
    }

    ContextRoot.Preserved preserved() {
        return preserved;
    }

    StatCache statCache() {
        return statCache;
    }

    /// Where it is remembered what `spec` selects; null if it is not.
    @Nullable SelectionMemory memory(CopySpec spec) {
        return memories == null ? null : SelectionMemory.of(memories, spec, ignore, preserved);
    }

    /// What is known of a selection of an earlier build.
    SelectionMemory.@Nullable Recalled recall(SelectionMemory memory) {
        return memory.recall(root);
    }

    /// What the directories beneath these sources held when they were listed; null if that is not
    /// sure enough to build upon.
    @Nullable Map<RawPath, DirSnapshot> listings(List<SelectedSource> sources) {
        return listings.beneath(sources);
    }

    /// How many files' content was opened so far.
    long filesOpened() {
        return filesOpened.get();
    }

    @Override
    public Optional<FileEntry> lookup(RawPath path) throws IOException {
        return Optional.ofNullable(find(path)).map(SourceFile::entry);
    }

    @Override
    public List<FileEntry> children(RawPath directory) throws IOException {
        List<FileEntry> entries = new ArrayList<>();
        for (SourceFile file : list(directory)) {
            entries.add(file.entry());
        }
        return entries;
    }

    /// The file at exactly `path`, unless it is ignored.
    @Nullable SourceFile find(RawPath path) throws IOException {
        RawPath clean = path.normalize();
        try (Dir parent = root.openDir(clean.parent(), Resolve.NO_SYMLINKS)) {
            FileStat stat = parent.statIfExists(clean.name());
            return stat != null && isVisible(clean, stat.type())
                    ? file(parent, clean.name(), clean, stat)
                    : null;
        } catch (LinuxException e) {
            if (isAbsent(e)) {
                return null;
            }
            throw e;
        }
    }

    /// What `directory` holds and is not ignored, sorted by name.
    List<SourceFile> list(RawPath directory) throws IOException {
        RawPath clean = directory.normalize();
        List<SourceFile> files = new ArrayList<>();
        try (Dir dir = root.openDir(clean, Resolve.NO_SYMLINKS)) {
            DirListing listing = dir.listing();
            listings.add(clean, listing, statCache);
            for (DirStat entry : listing.entries()) {
                RawPath path = clean.child(entry.name());
                if (isVisible(path, entry.stat().type())) {
                    files.add(file(dir, entry.name(), path, entry.stat()));
                }
            }
            return files;
        } catch (LinuxException e) {
            if (isAbsent(e)) {
                return List.of();
            }
            throw e;
        }
    }

    private static boolean isAbsent(LinuxException e) {
        return e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP;
    }

    private boolean isVisible(RawPath path, FileType type) throws IOException {
        if (path.isRoot() || ignore.isEmpty() || !ignore.ignores(text(path))) {
            return true;
        }
        return type == FileType.DIRECTORY && holdsReincluded(path);
    }

    /// Whether an ignored directory is there nevertheless: as the way to what a `!` pattern
    /// includes again.
    private boolean holdsReincluded(RawPath directory) throws IOException {
        if (!ignore.mayReinclude(text(directory))) {
            return false;
        }
        listings.distrust(); // what decides lies in directories that no selection lists
        if (directory.names().size() > MAX_LOOK_AHEAD) {
            return true; // an empty directory too many is better than a stack overflow
        }
        Boolean known = reincluded.get(directory);
        if (known == null) {
            known = !list(directory).isEmpty();
            reincluded.put(directory, known);
        }
        return known;
    }

    /// A path as patterns see it: text, stray bytes as U+FFFD.
    static String text(RawPath path) {
        String latin1 = path.latin1();
        for (int i = 0; i < latin1.length(); i++) {
            if (latin1.charAt(i) >= 0x80) {
                return new String(path.toBytes(), StandardCharsets.UTF_8);
            }
        }
        return latin1;
    }

    private SourceFile file(Dir dir, RawPath name, RawPath path, FileStat stat) throws IOException {
        StatCache.Known known = statCache.known(stat);
        RawPath target = stat.type() == FileType.SYMLINK ? dir.readLink(name) : null;
        boolean device =
                stat.type() == FileType.CHARACTER_DEVICE || stat.type() == FileType.BLOCK_DEVICE;
        FileEntry entry =
                new FileEntry(
                        path,
                        stat.type(),
                        stat.mode(),
                        preserved.owner() ? stat.uid() : 0,
                        preserved.owner() ? stat.gid() : 0,
                        stat.type() == FileType.REGULAR ? stat.size() : 0,
                        stat.mtime(),
                        target,
                        device ? stat.rdevMajor() : 0,
                        device ? stat.rdevMinor() : 0,
                        known.noXattrs() ? NO_XATTRS : xattrs(dir, name, stat),
                        stat.links() > 1 && stat.type() != FileType.DIRECTORY ? stat.inode() : 0);
        return new SourceFile(entry, stat, known.digest());
    }

    private SortedMap<String, byte[]> xattrs(Dir dir, RawPath name, FileStat stat)
            throws LinuxException {
        SortedMap<String, byte[]> all = dir.xattrs(name);
        SortedMap<String, byte[]> kept = new TreeMap<>();
        all.forEach((key, value) -> {
            if (CopiedXattrs.isCopied(key)) {
                kept.put(key, value);
            }
        });
        if (kept.isEmpty()) {
            statCache.putNoXattrs(stat);
        }
        return kept;
    }

    @Override
    public InputStream open(FileEntry file) throws IOException {
        return openRegular(file.path()).inputStream();
    }

    /// As [#open], and fails at the end with [FileChangedException] if the file is no longer what
    /// was found.
    InputStream openUnchanged(SourceFile file) throws IOException {
        Fd fd = openRegular(file.entry().path());
        return file.stat() == null ? fd.inputStream() : new UnchangedInput(fd, file);
    }

    private Fd openRegular(RawPath path) throws IOException {
        filesOpened.incrementAndGet();
        Fd fd = root.open(path, READ, 0, Resolve.NO_SYMLINKS);
        if (fd.stat().type() != FileType.REGULAR) { // a FIFO put in its place would block
            fd.close();
            throw new NoSuchFileException(path.toString());
        }
        return fd;
    }

    /// The pattern that hides `path`, and where it stands; null if none does, or there is no such
    /// file.
    @Nullable String hiddenBy(RawPath path) throws IOException {
        RawPath clean = path.normalize();
        if (ignore.isEmpty() || root.statIfExists(clean) == null) {
            return null;
        }
        return ignore.ignores(text(clean))
                ? "'" + ignore.decidingPattern(text(clean)) + "' in " + ignoreFile
                : null;
    }

    /// Has a selection remembered, with what was learnt for it, beside the build if it is worth a
    /// thread. [#close] waits for it.
    void remember(Runnable work, long files) {
        if (files < WORTH_A_THREAD) {
            work.run();
            return;
        }
        Remembering all = new Remembering(work, statCache);
        Thread thread = Thread.ofPlatform().daemon().name("remember").unstarted(all);
        synchronized (remembering) {
            remembering.add(thread);
        }
        thread.start();
    }

    private record Remembering(Runnable work, StatCache learnt) implements Runnable {
        @Override
        public void run() {
            work.run();
            learnt.save();
        }
    }

    private void awaitRemembering() {
        List<Thread> threads;
        synchronized (remembering) {
            threads = List.copyOf(remembering);
            remembering.clear();
        }
        for (Thread thread : threads) {
            Uninterruptibly.join(thread);
        }
    }

    /// Keeps what was learnt, and closes the directory. Idempotent.
    @Override
    public void close() {
        awaitRemembering();
        statCache.save();
        root.close();
    }
}
