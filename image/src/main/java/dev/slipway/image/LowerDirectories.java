package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Puts layers together for a mount.
///
/// Overlayfs shows a directory with the attributes it has in the topmost layer. A layer that has
/// files in a directory, but says nothing of the directory itself, must have it in its form all the
/// same, with made-up attributes: these must not be seen. So where they would be, one more tree
/// goes on top, which has nothing but such directories, as the layers below say they are.
final class LowerDirectories {
    private final Store store;
    private final List<Layer> layers;

    LowerDirectories(Store store, List<Layer> layers) {
        this.store = store;
        this.layers = withoutRepeats(layers);
    }

    /// Overlayfs refuses a tree given twice. Of equal layers, such as those of two steps that
    /// change nothing, the topmost alone shows the same: it has all that the others have.
    private static List<Layer> withoutRepeats(List<Layer> bottomFirst) {
        Set<Digest> seen = new HashSet<>();
        List<Layer> kept = new ArrayList<>(bottomFirst.size());
        for (Layer layer : bottomFirst.reversed()) {
            if (seen.add(layer.diffId())) {
                kept.addFirst(layer);
            }
        }
        return kept;
    }

    List<Lower> lowers() throws IOException {
        List<Lower> lowers = new ArrayList<>(layers.size() + 1);
        for (Layer layer : layers) {
            lowers.add(layer.lower());
        }
        if (layers.size() > 1) {
            try (MergedView view = MergedView.of(layers)) {
                SortedSet<RawPath> wrong = wrongDirectories(view, lowers);
                if (!wrong.isEmpty()) {
                    lowers.add(new Lower.Directory(directories(view, wrong)));
                }
            }
        }
        return lowers.reversed();
    }

    private SortedSet<RawPath> wrongDirectories(MergedView view, List<Lower> lowers)
            throws IOException {
        SortedSet<RawPath> wrong = new TreeSet<>(RawPath::compareTree);
        for (int i = 1; i < layers.size(); i++) { // nothing is below the first
            LayerIndex index = layers.get(i).index();
            for (int record = 0; record < index.count(); record++) {
                if (index.isImplied(record)
                        && view.impliedIn(index.path(record)) == i
                        && !looksRight(view, lowers.get(i), index.path(record))) {
                    wrong.add(index.path(record));
                }
            }
        }
        return wrong;
    }

    private static boolean looksRight(MergedView view, Lower lower, RawPath path)
            throws IOException {
        FileEntry should = view.lookup(path).orElseThrow();
        if (!(lower instanceof Lower.Directory(Path root))) {
            return should.sameAttributes(TreeUnpacker.implied(path));
        }
        try (Dir tree = Dir.open(root);
                Dir directory = tree.openDir(path, Resolve.NO_SYMLINKS)) {
            FileStat stat = directory.stat();
            FileEntry is =
                    DirectoryTree.entry(
                            directory,
                            RawPath.ROOT,
                            path,
                            stat,
                            KeptXattrs.of(directory.xattrs(RawPath.ROOT)));
            return should.sameAttributes(is);
        }
    }

    private Path directories(MergedView view, SortedSet<RawPath> wrong) throws IOException {
        LayerIndexWriter writer = new LayerIndexWriter();
        SortedSet<RawPath> withParents = new TreeSet<>(RawPath::compareTree);
        for (RawPath path : wrong) {
            for (RawPath each = path; !each.isRoot(); each = each.parent()) {
                withParents.add(each);
            }
        }
        withParents.add(RawPath.ROOT);
        for (RawPath path : withParents) {
            writer.put(view.lookup(path).orElseThrow(), 0, false);
        }
        return unpacked(writer.finish());
    }

    /// Kept beside the topmost tree, under the digest of what it says and for this boot only, so
    /// that it needs no care in a power cut.
    private Path unpacked(LayerIndex index) throws IOException {
        Layer top = layers.getLast();
        byte[] boot = store.bootId().getBytes(StandardCharsets.ISO_8859_1);
        byte[] content = index.encoded();
        byte[] key = java.util.Arrays.copyOf(boot, boot.length + content.length);
        System.arraycopy(content, 0, key, boot.length, content.length);
        String name = "directories-" + Digest.sha256(key).hex().substring(0, 32);
        Path path = LayerDirectory.of(store, top.diffId()).part(name);
        try (FileLock _ = StoredLayers.lock(store, top.diffId())) {
            if (!Files.exists(path)) {
                Path temp = store.newTemp("directories");
                try (Dir holder = Dir.open(temp)) {
                    TreeUnpacker.unpack(
                            index, holder, RawPath.of(name), InputStream::nullInputStream);
                    Files.move(temp.resolve(name), path, StandardCopyOption.ATOMIC_MOVE);
                } finally {
                    StoredLayers.discard(temp);
                }
            }
        }
        return path;
    }
}
