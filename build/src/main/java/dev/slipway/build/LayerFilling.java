package dev.slipway.build;

import dev.slipway.image.FileEntry;
import dev.slipway.image.FileList;
import dev.slipway.image.LayerWriter;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Objects;

/// Writes planned files into a layer, each content once: what has several names is linked.
final class LayerFilling {
    /// From here on a copy inside the kernel is worth its start.
    private static final long LARGE_BYTES = 256 << 10;

    private final LayerWriter layer;
    private final DigestsOf digests;
    private final IdentityHashMap<Object, RawPath> written = new IdentityHashMap<>();

    /// The digests of what is copied, by the tree it is in.
    interface DigestsOf {
        ContentDigests of(SourceTree tree);
    }

    /// Says how a file of a list gets into the layer.
    interface Planning {
        PlannedFile of(int file, FileEntry entry) throws IOException;
    }

    private LayerFilling(LayerWriter layer, DigestsOf digests) {
        this.layer = layer;
        this.digests = digests;
    }

    static void fill(LayerWriter layer, Collection<PlannedFile> files, DigestsOf digests)
            throws IOException, InterruptedException {
        LayerFilling filling = new LayerFilling(layer, digests);
        for (PlannedFile file : files) {
            filling.write(file);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /// Writes the files of a list, as far as they can be taken from the layer that this one
    /// resembles without looking at them.
    static void fill(LayerWriter layer, FileList files, Planning planning, DigestsOf digests)
            throws IOException, InterruptedException {
        LayerFilling filling = new LayerFilling(layer, digests);
        for (int i = layer.reuse(files, 0); i < files.count(); i = layer.reuse(files, i + 1)) {
            filling.write(planning.of(i, files.entry(i)));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void write(PlannedFile file) throws IOException {
        FileEntry entry = file.entry();
        if (file.inode() != null) {
            RawPath first = written.putIfAbsent(file.inode(), entry.path());
            if (first != null) {
                layer.hardLink(entry, first);
                return;
            }
        }
        if (entry.isRegular() && entry.size() > 0) {
            writeContent(file);
        } else {
            layer.put(entry, null);
        }
        if (file.replaces()) {
            layer.opaque(entry.path());
        }
    }

    private void writeContent(PlannedFile file) throws IOException {
        byte[] known = digest(file);
        if (known != null && layer.reuse(file.entry(), known)) {
            return;
        }
        MessageDigest sha = known == null ? KeyHash.sha256() : null;
        try (InputStream in = file.content().open()) {
            if (in instanceof UnchangedInput unchanged && file.entry().size() >= LARGE_BYTES) {
                copy(file.entry(), unchanged, sha);
            } else {
                layer.put(file.entry(), sha == null ? in : new DigestingInput(in, sha));
            }
        }
        byte[] digest = sha == null ? known : sha.digest();
        layer.contentDigest(Objects.requireNonNull(digest));
        if (sha != null && file.content() instanceof PlannedContent.OfSource source) {
            digests.of(source.tree()).put(source.file(), digest);
        }
    }

    private void copy(FileEntry entry, UnchangedInput in, @Nullable MessageDigest sha)
            throws IOException {
        try {
            layer.put(entry, in.file(), sha);
        } catch (EOFException _) {
            throw new FileChangedException(entry.path());
        }
        in.check();
    }

    /// The digest of the content; null if it is not known.
    private byte @Nullable [] digest(PlannedFile file) {
        return file.content() instanceof PlannedContent.OfSource source
                ? digests.of(source.tree()).known(source.file())
                : null;
    }
}
