package dev.slipway.build;

import dev.slipway.image.FileEntry;
import dev.slipway.image.FileList;
import dev.slipway.image.FileTree;
import dev.slipway.image.LayerWriter;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// One directory of a context as a list of plain files, most of which are known from an earlier
/// build and were not looked at. They are taken from the layer of that build; one that is not in it
/// is looked for when it is to be copied, and must then be what the list says.
final class ListedSelection implements CopySelection {
    private final CopySpec spec;
    private final SourceTree.OfContext source;
    private final SourceFile root;
    private final FileList files;
    private final Map<String, SourceFile> found;
    private final ContentDigests digests;
    private final Whole whole;
    private @Nullable String contentDigest;
    private @Nullable CopySelection objects;

    /// What is needed where the list does not do: the selection with an object for each file.
    interface Whole {
        CopySelection of(SelectionMemory.Selected selected);
    }

    /// @param root the directory
    /// @param files with paths from that
    /// @param found those that were looked at, by path
    /// @param digests of these
    ListedSelection(
            CopySpec spec,
            SourceTree.OfContext source,
            SourceFile root,
            FileList files,
            Map<String, SourceFile> found,
            ContentDigests digests,
            Whole whole) {
        this.spec = spec;
        this.source = source;
        this.root = root;
        this.files = files;
        this.found = found;
        this.digests = digests;
        this.whole = whole;
    }

    FileList list() {
        return files;
    }

    /// As [FileSelection]'s.
    @Override
    public synchronized String contentDigest() {
        if (contentDigest == null) {
            contentDigest = digest();
        }
        return contentDigest;
    }

    private String digest() {
        FrameHash hash = new FrameHash(FileSelection.DIGEST_FORM);
        hash.add(1);
        hash.add("directory");
        hash.add(files.count());
        boolean times = source.keepsTimes();
        byte[] content = new byte[32];
        for (int i = 0; i < files.count(); i++) {
            hash.add(files.latin1(i));
            hash.add(type(files, i) << 12 | bits(files, i));
            hash.add(files.uid(i));
            hash.add(files.gid(i));
            if (times) {
                hash.add(files.mtime(i).toString());
            }
            if (files.isRegular(i)) {
                files.digest(i, content, 0);
                hash.add(content);
            } else {
                hash.add(target(files, i).getBytes(StandardCharsets.UTF_8));
            }
        }
        return hash.hex();
    }

    static char type(FileList files, int file) {
        return files.isRegular(file) ? '-' : files.isDirectory(file) ? 'd' : 'l';
    }

    static int bits(FileList files, int file) {
        return files.type(file) == FileType.SYMLINK ? 0777 : files.mode(file);
    }

    static String target(FileList files, int file) {
        String target = files.target(file);
        return target.isEmpty() ? "" : RawPath.ofLatin1(target).toString();
    }

    @Override
    public long fileCount() {
        return files.count();
    }

    @Override
    public void forEachFile(Consumer<InputFile> visitor) {
        for (int i = 0; i < files.count(); i++) {
            visitor.accept(
                    new InputFile(
                            path(i).toString(),
                            FileSelection.mode(type(files, i), bits(files, i)),
                            owner(files, i),
                            files.isRegular(i)
                                    ? HexFormat.of().formatHex(files.digest(i))
                                    : target(files, i)));
        }
    }

    private RawPath path(int file) {
        return root.entry().path().child(RawPath.ofLatin1(files.latin1(file)));
    }

    static String owner(FileList files, int file) {
        return Integer.toUnsignedString(files.uid(file))
                + ":"
                + Integer.toUnsignedString(files.gid(file));
    }

    @Override
    public void addTo(CopyOperation copy) throws IOException, CopyException, InterruptedException {
        objects().addTo(copy);
    }

    @Override
    public boolean isOf(SourceTree tree) {
        return tree.equals(source);
    }

    @Override
    public synchronized ContentDigests digests(SourceTree tree) {
        if (!tree.equals(source)) {
            throw new IllegalArgumentException("another tree");
        }
        return objects == null ? digests : objects.digests(tree);
    }

    private synchronized CopySelection objects() {
        if (objects == null) {
            objects = whole.of(new SelectionMemory.Selected(contentDigest(), fileCount()));
        }
        return objects;
    }

    @Override
    public void writeTo(LayerWriter layer, FileTree below, @Nullable Timespec latest)
            throws IOException, CopyException, InterruptedException {
        if (!layer.isLikeAnother() || !spec.inlineFiles().isEmpty()) {
            objects().writeTo(layer, below, latest);
            return;
        }
        try (CopyOperation copy = CopyOperation.ofDirectories(spec, below, latest)) {
            FileList placed =
                    copy.place(
                            new SelectedSource(root.entry().path(), root, List.of()),
                            source,
                            files);
            if (placed != null) {
                copy.writeTo(layer, placed, this::planned, this::digests);
                return;
            }
        }
        objects().writeTo(layer, below, latest);
    }

    /// A file that is not in the earlier layer.
    private PlannedFile planned(int file, FileEntry placed) throws IOException {
        if (!placed.isRegular()) {
            return placed.isDirectory()
                    ? PlannedFile.directory(placed, false)
                    : PlannedFile.file(placed, PlannedContent.NONE, null);
        }
        SourceFile here = found.get(files.latin1(file));
        if (here == null) {
            here = find(file);
        }
        return PlannedFile.file(placed, new PlannedContent.OfSource(source, here), null);
    }

    /// Looks for a file that was not looked at.
    private SourceFile find(int file) throws IOException {
        RawPath path = path(file);
        SourceFile here = source.lookup(path);
        if (here == null || !isListed(here.entry(), file)) {
            throw new FileChangedException(path);
        }
        try {
            digests.compute(List.of(here));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while reading " + path);
        }
        if (!java.util.Arrays.equals(digests.known(here), files.digest(file))) {
            throw new FileChangedException(path);
        }
        return here;
    }

    private boolean isListed(FileEntry entry, int file) {
        return entry.type() == files.type(file)
                && entry.mode() == files.mode(file)
                && entry.uid() == files.uid(file)
                && entry.gid() == files.gid(file)
                && entry.size() == files.size(file)
                && entry.mtime().equals(files.mtime(file))
                && FileList.Builder.isPlain(entry);
    }

    /// The lines of [SelectionListings].
    byte[] listing() {
        return new ListingText(root.entry().path(), files).bytes();
    }
}
