package dev.slipway.build;

import dev.slipway.image.FileEntry;
import dev.slipway.image.FileList;
import dev.slipway.image.FileTree;
import dev.slipway.image.LayerWriter;
import dev.slipway.linux.DirSnapshot;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The files a COPY takes, from a walk without reading any. They are read once: for
/// [#contentDigest], or on the way into the layer, whichever comes first.
///
/// What takes part in the digest, as in BuildKit: relative names, types, modes, owners, link
/// targets, device numbers, extended attributes that are copied, and content. Not times, unless
/// they are to be kept, and not whether two names are one file. A directory that is a source does
/// not take part itself: only what is in it is copied.
final class FileSelection implements CopySelection {
    /// Names what goes into the digest and how: [ListedSelection] makes the same.
    static final String DIGEST_FORM = "slipway copied files 1";

    private final CopySpec spec;
    private final SourceTree source;
    private final List<SelectedSource> sources;
    private final ContentDigests digests;
    private final Path temporary;
    private final @Nullable SelectionMemory memory;
    private @Nullable String contentDigest;

    /// @param temporary a directory for what an archive holds while it is put in order
    /// @param memory where the digest goes; null: nowhere
    FileSelection(
            CopySpec spec,
            SourceTree source,
            List<SelectedSource> sources,
            Path temporary,
            @Nullable SelectionMemory memory) {
        this.spec = spec;
        this.source = source;
        this.sources = sources;
        this.digests = new ContentDigests(source);
        this.temporary = temporary;
        this.memory = memory;
    }

    @Override
    public String contentDigest() throws IOException, InterruptedException {
        if (contentDigest == null) {
            computeDigests();
            FrameHash hash = new FrameHash(DIGEST_FORM);
            hash.add(sources.size());
            for (SelectedSource selected : sources) {
                hash.add(selected.isDirectory() ? "directory" : selected.name().name().latin1());
                hash.add(selected.files().size());
                for (SelectedFile file : selected.files()) {
                    FileEntry entry = file.file().entry();
                    hash.add(file.relative().latin1());
                    hash.add(type(entry) << 12 | bits(entry));
                    hash.add(entry.uid());
                    hash.add(entry.gid());
                    if (source.keepsTimes()) {
                        hash.add(entry.mtime().toString());
                    }
                    addContent(hash, file.file());
                }
            }
            contentDigest = hash.hex();
            remember(contentDigest);
        }
        return contentDigest;
    }

    /// Only whole directories, reached by their own names, are remembered.
    private void remember(String digest) {
        if (memory == null || !(source instanceof SourceTree.OfContext context)) {
            return;
        }
        for (SelectedSource selected : sources) {
            if (!selected.isDirectory()
                    || !selected.name().equals(selected.root().entry().path())) {
                return;
            }
        }
        Map<RawPath, DirSnapshot> listings = context.tree().listings(sources);
        if (listings != null) {
            var selected = new SelectionMemory.Selected(digest, fileCount());
            context.tree()
                    .remember(
                            new SelectionMemory.Memory(memory, selected, listings, list()),
                            selected.fileCount());
        }
    }

    /// What was selected, if it is one directory of plain files; null if not.
    private @Nullable FileList list() {
        if (sources.size() != 1 || !spec.excludes().isEmpty()) {
            return null;
        }
        List<SelectedFile> files = sources.getFirst().files();
        FileList.Builder list = new FileList.Builder(files.size());
        for (SelectedFile file : files) {
            FileEntry entry = file.file().entry();
            if (!FileList.Builder.isPlain(entry)) {
                return null;
            }
            list.add(file.relative(), entry, entry.isRegular() ? content(file.file()) : null);
        }
        return list.build();
    }

    /// Whether [#contentDigest] would read so much that it pays to do it on the way into the layer.
    boolean isMuchUnread() {
        return digests.isMuchUnread(files());
    }

    private void computeDigests() throws IOException, InterruptedException {
        digests.compute(files());
    }

    private List<SourceFile> files() {
        List<SourceFile> files = new ArrayList<>();
        for (SelectedSource selected : sources) {
            for (SelectedFile file : selected.files()) {
                files.add(file.file());
            }
        }
        return files;
    }

    @Override
    public long fileCount() {
        long count = 0;
        for (SelectedSource selected : sources) {
            count += selected.files().size();
        }
        return count;
    }

    @Override
    public void forEachFile(Consumer<InputFile> visitor) throws IOException, InterruptedException {
        computeDigests();
        for (SelectedSource selected : sources) {
            for (SelectedFile file : selected.files()) {
                FileEntry entry = file.file().entry();
                RawPath path =
                        file.relative().isRoot()
                                ? selected.name()
                                : selected.name().child(file.relative());
                visitor.accept(
                        new InputFile(
                                path.toString(), mode(entry), owner(entry), digest(file.file())));
            }
        }
    }

    @Override
    public void writeTo(LayerWriter layer, FileTree below, @Nullable Timespec latest)
            throws IOException, CopyException, InterruptedException {
        try (CopyOperation copy = new CopyOperation(spec, below, latest, temporary)) {
            addTo(copy);
            copy.writeTo(layer, this::digests);
        }
    }

    @Override
    public void addTo(CopyOperation copy) throws IOException, CopyException, InterruptedException {
        for (SelectedSource selected : sources) {
            copy.add(selected, source, spec.unpack());
        }
        for (CopySpec.InlineFile file : spec.inlineFiles()) {
            copy.add(file);
        }
    }

    @Override
    public boolean isOf(SourceTree tree) {
        return tree.equals(source);
    }

    @Override
    public ContentDigests digests(SourceTree tree) {
        if (!tree.equals(source)) {
            throw new IllegalArgumentException("another tree");
        }
        return digests;
    }

    private void addContent(FrameHash hash, SourceFile file) {
        FileEntry entry = file.entry();
        if (entry.isRegular() && entry.xattrs().isEmpty()) {
            hash.add(content(file));
        } else {
            hash.add(digest(file).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String mode(FileEntry entry) {
        return mode(type(entry), bits(entry));
    }

    /// As in [InputFile].
    static String mode(char type, int bits) {
        String octal = Integer.toOctalString(bits);
        return type + "0000".substring(Math.min(4, octal.length())) + octal;
    }

    private static char type(FileEntry entry) {
        return switch (entry.type()) {
            case REGULAR, SOCKET -> '-'; // a socket is copied as an empty file
            case DIRECTORY -> 'd';
            case SYMLINK -> 'l';
            case CHARACTER_DEVICE -> 'c';
            case BLOCK_DEVICE -> 'b';
            case FIFO -> 'p';
        };
    }

    private static int bits(FileEntry entry) {
        return entry.type() == FileType.SYMLINK ? 0777 : entry.mode();
    }

    private static String owner(FileEntry entry) {
        return Integer.toUnsignedString(entry.uid()) + ":" + Integer.toUnsignedString(entry.gid());
    }

    private String digest(SourceFile file) {
        FileEntry entry = file.entry();
        RawPath target = entry.linkTarget();
        String content =
                switch (entry.type()) {
                    case REGULAR -> HexFormat.of().formatHex(content(file));
                    case SYMLINK -> target == null ? "" : target.toString();
                    case CHARACTER_DEVICE, BLOCK_DEVICE ->
                            entry.deviceMajor() + ":" + entry.deviceMinor();
                    case DIRECTORY, FIFO, SOCKET -> "";
                };
        return entry.xattrs().isEmpty() ? content : content + xattrs(entry);
    }

    private byte[] content(SourceFile file) {
        byte[] digest = digests.known(file);
        if (digest == null) {
            throw new IllegalStateException(file.entry().path() + " was not read");
        }
        return digest;
    }

    private static String xattrs(FileEntry entry) {
        KeyHash hash = new KeyHash("xattrs");
        boolean any = false;
        for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
            if (CopiedXattrs.isCopied(xattr.getKey())) {
                hash.add(xattr.getKey());
                hash.add(xattr.getValue());
                any = true;
            }
        }
        return any ? " xattrs " + hash.hex() : "";
    }
}
