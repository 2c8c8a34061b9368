package dev.slipway.build;

import dev.slipway.dockerfile.IgnorePatterns;
import dev.slipway.image.FileEntry;
import dev.slipway.image.FileList;
import dev.slipway.linux.DirSnapshot;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Brings a remembered selection up to date: lists the directories that changed, and takes the rest
/// from memory. Of use for one selection.
final class ContextUpdate {
    private static final IgnorePatterns NOTHING = IgnorePatterns.NONE;

    private final BuildContext context;
    private final SourceTree.OfContext source;
    private final SourceFile root;
    private final FileList before;
    private final Map<RawPath, DirSnapshot> listings;

    /// Of `before`: what is no longer there, or is listed again.
    private final BitSet dropped = new BitSet();

    private final Set<RawPath> gone = new HashSet<>();
    private final List<SelectedFile> added = new ArrayList<>();

    private ContextUpdate(
            SourceTree.OfContext source,
            SourceFile root,
            FileList before,
            Map<RawPath, DirSnapshot> listings) {
        this.context = source.tree();
        this.source = source;
        this.root = root;
        this.before = before;
        this.listings = new HashMap<>(listings);
    }

    /// The selection as it is now; null if it has to be found anew: it is not one directory as a
    /// whole, or holds what a list of plain files cannot.
    ///
    /// @param memory where the selection is remembered
    static @Nullable ListedSelection select(
            CopySpec spec,
            BuildContext context,
            SelectionMemory memory,
            SelectionMemory.Recalled recalled,
            ListedSelection.Whole whole)
            throws IOException, InterruptedException {
        SelectionMemory.RememberedList list = recalled.list();
        if (list == null || spec.sources().size() != 1 || !spec.excludes().isEmpty()) {
            return null;
        }
        RawPath place = RawPath.of(spec.sources().getFirst()).normalize();
        SourceFile root = context.find(place);
        if (root == null || !root.entry().isDirectory()) {
            return null;
        }
        SourceTree.OfContext source = new SourceTree.OfContext(context);
        ContextUpdate update = new ContextUpdate(source, root, list.read(), recalled.listings());
        if (!update.listAgain(recalled.changed())) {
            return null;
        }
        ListedSelection selection = update.selection(spec, whole);
        update.remember(memory, selection);
        return selection;
    }

    /// False if the list cannot tell what is there now.
    private boolean listAgain(List<RawPath> changed) throws IOException, InterruptedException {
        List<RawPath> fromAbove = new ArrayList<>(changed);
        fromAbove.sort(RawPath::compareTree);
        for (RawPath directory : fromAbove) {
            if (!isGone(directory) && !listAgain(directory)) {
                return false;
            }
        }
        for (SelectedFile file : added) {
            if (!FileList.Builder.isPlain(file.file().entry())) {
                return false;
            }
        }
        added.sort((a, b) -> a.relative().compareTree(b.relative()));
        return true;
    }

    private boolean isGone(RawPath directory) {
        for (RawPath up = directory; !up.isRoot(); up = up.parent()) {
            if (gone.contains(up)) {
                return true;
            }
        }
        return false;
    }

    private boolean listAgain(RawPath directory) throws IOException, InterruptedException {
        RawPath place = root.entry().path();
        if (!directory.startsWith(place)) {
            return false;
        }
        String relative = directory.from(place).latin1();
        int start = relative.isEmpty() ? 0 : before.find(relative) + 1;
        if (start == 0 && !relative.isEmpty()) {
            return false;
        }
        int end = before.end(relative, start);
        dropNames(relative, start, end);
        listings.remove(directory);
        Set<RawPath> kept = new HashSet<>();
        for (SourceFile file : context.list(directory)) {
            RawPath path = file.entry().path();
            added.add(new SelectedFile(path.from(place), file));
            if (file.entry().isDirectory()) {
                kept.add(path);
                if (!wasDirectory(path.from(place))) {
                    addBeneath(file);
                }
            }
        }
        dropDirectories(relative, start, end, kept);
        return true;
    }

    /// Drops what is directly in a directory.
    private void dropNames(String directory, int start, int end) {
        int name = directory.isEmpty() ? 0 : directory.length() + 1;
        for (int i = start; i < end; i++) {
            if (before.latin1(i).indexOf('/', name) < 0) {
                dropped.set(i);
            }
        }
    }

    private boolean wasDirectory(RawPath relative) {
        int file = before.find(relative.latin1());
        return file >= 0 && before.isDirectory(file);
    }

    private void addBeneath(SourceFile directory) throws IOException, InterruptedException {
        RawPath relative = directory.entry().path().from(root.entry().path());
        for (SelectedFile file : new SourceWalk(source, NOTHING, null).files(directory)) {
            added.add(new SelectedFile(relative.child(file.relative()), file.file()));
        }
    }

    /// Drops what was beneath directories that are no longer in one.
    private void dropDirectories(String directory, int start, int end, Set<RawPath> kept) {
        int name = directory.isEmpty() ? 0 : directory.length() + 1;
        for (int i = start; i < end; i++) {
            String path = before.latin1(i);
            if (path.indexOf('/', name) < 0 && before.isDirectory(i)) {
                RawPath inContext = root.entry().path().child(RawPath.ofLatin1(path));
                if (!kept.contains(inContext)) {
                    dropped.set(i, before.end(path, i + 1));
                    gone.add(inContext);
                    listings.keySet().removeIf(listed -> listed.startsWith(inContext));
                }
            }
        }
    }

    private ListedSelection selection(CopySpec spec, ListedSelection.Whole whole)
            throws IOException, InterruptedException {
        ContentDigests digests = new ContentDigests(source);
        List<SourceFile> files = new ArrayList<>(added.size());
        Map<String, SourceFile> found = HashMap.newHashMap(added.size());
        for (SelectedFile file : added) {
            files.add(file.file());
            found.put(file.relative().latin1(), file.file());
        }
        digests.compute(files);
        FileList.Builder list = new FileList.Builder(before.count() + added.size());
        int done = 0;
        for (SelectedFile file : added) {
            int here = Math.max(done, before.from(file.relative().latin1()));
            keep(list, done, here);
            done = here;
            FileEntry entry = file.file().entry();
            list.add(file.relative(), entry, entry.isRegular() ? digests.known(file.file()) : null);
        }
        keep(list, done, before.count());
        return new ListedSelection(spec, source, root, list.build(), found, digests, whole);
    }

    private void keep(FileList.Builder list, int start, int end) {
        int at = dropped.nextClearBit(start);
        while (at < end) {
            int next = dropped.nextSetBit(at);
            int stop = next < 0 ? end : Math.min(next, end);
            list.addAll(before, at, stop);
            at = dropped.nextClearBit(stop);
        }
    }

    private void remember(SelectionMemory memory, ListedSelection selection) {
        context.statCache().notAllSeen(selection.fileCount());
        Map<RawPath, DirSnapshot> again =
                context.listings(List.of(new SelectedSource(root.entry().path(), root, List.of())));
        if (again != null) {
            listings.putAll(again);
            String digest = selection.contentDigest();
            var selected = new SelectionMemory.Selected(digest, selection.fileCount());
            context.remember(
                    new SelectionMemory.Memory(memory, selected, listings, selection.list()),
                    selected.fileCount());
        }
    }
}
