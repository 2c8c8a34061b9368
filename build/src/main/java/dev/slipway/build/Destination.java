package dev.slipway.build;

import dev.slipway.container.Users.Owner;
import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The files at the destination of a copy: those below, with what the copy has made so far. It
/// decides what the next file finds: a link to follow, a directory to go into, a file to replace.
///
/// Directories on the way to what is made are part of the layer even if they do not change: a tool
/// that unpacks the layer by itself would else make them up, with a mode of its own. A layer that
/// is independent of what lies below it leaves out those it had to invent: where they exist, they
/// keep their attributes.
final class Destination implements FileTree {
    private static final FileEntry ROOT = FileEntry.directory(RawPath.ROOT, 0755);

    private final FileTree below;
    private final Owner impliedOwner;
    private final Timespec impliedTime;

    /// What was made, in tree order, as long as it was made in that order: mostly to the end.
    private final List<PlannedFile> appended = new ArrayList<>();

    /// All of it, once that no longer held; null before.
    private @Nullable NavigableMap<RawPath, PlannedFile> sorted;

    /// The same. A path is looked for some five times for each that is added.
    private final Map<RawPath, PlannedFile> planned = new HashMap<>();

    private final Set<RawPath> lostDirectories = new HashSet<>();
    private final Set<RawPath> invented = new HashSet<>();
    private final boolean independent;

    /// @param independent whether nothing is known of what the layer will lie upon
    /// @param impliedOwner of directories that are made on the way
    /// @param impliedTime of the same
    Destination(FileTree below, boolean independent, Owner impliedOwner, Timespec impliedTime) {
        this.below = below;
        this.independent = independent;
        this.impliedOwner = impliedOwner;
        this.impliedTime = impliedTime;
    }

    /// The file at `path` as things stand; null if there is none.
    @Nullable FileEntry find(RawPath path) throws IOException {
        if (path.isRoot()) {
            return ROOT;
        }
        PlannedFile made = planned.get(path);
        if (made != null) {
            return made.entry();
        }
        return isBelowHidden(path) ? null : below.lookup(path).orElse(null);
    }

    /// The planned directory nearest above a path decides whether what lies below is seen there.
    private boolean isBelowHidden(RawPath path) {
        for (RawPath up = path.parent(); !up.isRoot(); up = up.parent()) {
            PlannedFile made = planned.get(up);
            if (made != null) {
                return made.fresh() || !made.entry().isDirectory();
            }
        }
        return false;
    }

    @Nullable PlannedFile made(RawPath path) {
        return planned.get(path);
    }

    /// What has been made and belongs into the layer, in tree order.
    Collection<PlannedFile> files() {
        if (invented.isEmpty()) {
            return inOrder();
        }
        List<PlannedFile> files = new ArrayList<>(inOrder());
        files.removeIf(file -> invented.contains(file.entry().path()));
        return files;
    }

    /// Has a directory that was made on the way belong into the layer, as it is.
    void keep(RawPath directory) {
        invented.remove(directory);
    }

    /// Makes the directories that `path`, in which no link is left, needs; and itself.
    ///
    /// @throws CopyException if a file is in the way
    void makeDirectories(RawPath path) throws IOException, CopyException {
        RawPath made = RawPath.ROOT;
        for (RawPath name : path.names()) {
            made = made.child(name);
            FileEntry existing = find(made);
            if (existing == null) {
                FileEntry entry =
                        FileEntry.directory(made, 0755)
                                .withOwner(impliedOwner.uid(), impliedOwner.gid())
                                .withMtime(impliedTime);
                put(PlannedFile.directory(entry, true));
                if (independent) {
                    invented.add(made);
                }
            } else if (!existing.isDirectory()) {
                throw new CopyException(
                        "/" + made + " is not a directory", "a file is where a directory must go");
            }
        }
    }

    /// Puts a file, of which all directories exist, in the place of what is there. A directory does
    /// not replace another: it keeps what is in it.
    void put(PlannedFile file) throws IOException {
        RawPath path = file.entry().path();
        invented.remove(path);
        includeParents(path);
        if (file.entry().isDirectory()) {
            add(directory(file));
        } else {
            add(file);
        }
    }

    private void add(PlannedFile file) {
        RawPath path = file.entry().path();
        planned.put(path, file);
        if (sorted == null) {
            int order =
                    appended.isEmpty() ? 1 : path.compareTree(appended.getLast().entry().path());
            if (order > 0) {
                appended.add(file);
                return;
            }
            if (order == 0) {
                appended.set(appended.size() - 1, file);
                return;
            }
        }
        sorted().put(path, file);
    }

    private Collection<PlannedFile> inOrder() {
        return sorted == null ? appended : sorted.values();
    }

    private NavigableMap<RawPath, PlannedFile> sorted() {
        if (sorted == null) {
            sorted = new TreeMap<>(RawPath::compareTree);
            for (PlannedFile file : appended) {
                sorted.put(file.entry().path(), file);
            }
            appended.clear();
        }
        return sorted;
    }

    private PlannedFile directory(PlannedFile file) throws IOException {
        RawPath path = file.entry().path();
        PlannedFile made = planned.get(path);
        if (made != null && made.entry().isDirectory()) {
            return new PlannedFile(
                    file.entry(), file.content(), null, made.fresh(), made.replaces());
        }
        boolean replaces = lostDirectories.contains(path);
        boolean fresh = replaces || isNew(path);
        return new PlannedFile(file.entry(), file.content(), null, fresh, replaces);
    }

    private boolean isNew(RawPath path) throws IOException {
        return isBelowHidden(path) || !below.lookup(path).map(FileEntry::isDirectory).orElse(false);
    }

    /// Has an existing directory, and those above it, belong into the layer, as what is put into it
    /// does.
    void include(RawPath directory) throws IOException {
        if (!directory.isRoot()) {
            includeParents(directory.child("any"));
        }
    }

    private void includeParents(RawPath path) throws IOException {
        RawPath up = path.parent();
        if (up.isRoot() || planned.containsKey(up)) {
            return;
        }
        Deque<FileEntry> parents = new ArrayDeque<>(); // the lowest last
        for (; !up.isRoot() && !planned.containsKey(up); up = up.parent()) {
            below.lookup(up).ifPresent(parents::addFirst);
        }
        for (FileEntry parent : parents) {
            add(PlannedFile.directory(parent.withHardlinkGroup(0), false));
        }
    }

    /// Removes what is at `path`, with all beneath it, to make room for something else.
    void remove(RawPath path) throws IOException {
        if (below.lookup(path).map(FileEntry::isDirectory).orElse(false) && !isBelowHidden(path)) {
            lostDirectories.add(path);
        }
        Iterator<RawPath> from = sorted().tailMap(path, true).keySet().iterator();
        while (from.hasNext()) {
            RawPath next = from.next();
            if (!next.startsWith(path)) {
                return;
            }
            planned.remove(next);
            from.remove();
        }
    }

    @Override
    public Optional<FileEntry> lookup(RawPath path) throws IOException {
        return Optional.ofNullable(find(path.normalize()));
    }

    /// Not needed for following links, and not offered.
    @Override
    public List<FileEntry> children(RawPath directory) {
        throw new UnsupportedOperationException();
    }

    @Override
    public InputStream open(FileEntry file) throws IOException {
        PlannedFile made = planned.get(file.path());
        if (made != null) {
            return made.content().open();
        }
        if (isBelowHidden(file.path())) {
            throw new NoSuchFileException(file.path().toString());
        }
        return below.open(file);
    }

    /// What is beneath a directory, with that as the root for links.
    FileTree beneath(RawPath directory) {
        return new Beneath(directory);
    }

    private final class Beneath implements FileTree {
        private final RawPath directory;

        Beneath(RawPath directory) {
            this.directory = directory;
        }

        @Override
        public Optional<FileEntry> lookup(RawPath path) throws IOException {
            RawPath inside = path.normalize();
            return Destination.this.lookup(inside.isRoot() ? directory : directory.child(inside));
        }

        @Override
        public List<FileEntry> children(RawPath inside) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InputStream open(FileEntry file) throws IOException {
            return Destination.this.open(file);
        }

        @Override
        public void close() {}
    }

    /// Does nothing: the trees are the caller's.
    @Override
    public void close() {}
}
