package dev.slipway.build;

import dev.slipway.image.FileEntry;
import dev.slipway.image.LayerWriter;
import dev.slipway.linux.RawPath;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.IdentityHashMap;

/// Writes planned files into a layer, each content once: what has several names is linked.
final class LayerFilling {
    private final LayerWriter layer;
    private final DigestsOf digests;
    private final IdentityHashMap<Object, RawPath> written = new IdentityHashMap<>();

    /// The digests of what is copied, by the tree it is in.
    interface DigestsOf {
        ContentDigests of(SourceTree tree);
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
        try (InputStream in = file.content().open()) {
            if (file.content() instanceof PlannedContent.OfSource source) {
                ContentDigests known = digests.of(source.tree());
                if (known.known(source.file()) == null) {
                    MessageDigest sha = KeyHash.sha256();
                    layer.put(file.entry(), new DigestingInput(in, sha));
                    known.put(source.file(), sha.digest());
                    return;
                }
            }
            layer.put(file.entry(), in);
        }
    }
}
