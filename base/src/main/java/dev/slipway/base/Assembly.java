package dev.slipway.base;

import dev.slipway.base.VerificationException.Reason;
import dev.slipway.image.Layer;
import dev.slipway.image.LayerWriter;
import dev.slipway.image.Store;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// Makes a layer of packages that are in the store.
final class Assembly {
    private final Store store;
    private final BaseListener listener;

    Assembly(Store store, BaseListener listener) {
        this.store = store;
        this.listener = listener;
    }

    /// @param aptSources what apt in a minbase is given
    Layer layer(BaseDefinition definition, BaseLock lock, String aptSources, Timespec time)
            throws IOException, BaseException {
        listener.on(new BaseEvent.Step("unpacking " + lock.packages().size() + " packages"));
        var spool = store.newTemp("base");
        try {
            var packages = unpack(lock, spool);
            return switch (definition.flavour()) {
                case DISTROLESS -> distroless(definition, packages, time);
                case MINBASE ->
                        new Minbase(store, listener)
                                .layer(definition, lock, aptSources, packages, time);
            };
        } finally {
            discard(spool, lock.packages().size());
        }
    }

    private static void discard(Path spool, int files) {
        for (int i = 0; i < files; i++) {
            var _ = spool.resolve(i + ".tar").toFile().delete();
        }
        var _ = spool.toFile().delete();
    }

    private Map<DebPackage, DebArchive> unpack(BaseLock lock, Path spool)
            throws IOException, BaseException {
        var numbers = new ArrayList<Integer>();
        for (int i = 0; i < lock.packages().size(); i++) {
            numbers.add(i);
        }
        var archives =
                Concurrently.each(
                        numbers,
                        Runtime.getRuntime().availableProcessors(),
                        i -> read(lock.packages().get(i), spool.resolve(i + ".tar")));
        var packages = new LinkedHashMap<DebPackage, DebArchive>();
        for (int i = 0; i < archives.size(); i++) {
            packages.put(described(lock.packages().get(i), archives.get(i)), archives.get(i));
        }
        return packages;
    }

    private DebArchive read(BaseLock.Pin pin, Path spool) throws IOException, ArchiveException {
        try (var deb = store.blobs().open(pin.sha256())) {
            return DebArchive.read(deb, pin.name(), spool);
        }
    }

    /// The package as it describes itself, which must be what the index said.
    private static DebPackage described(BaseLock.Pin pin, DebArchive archive) throws BaseException {
        var control = archive.controlFile();
        var itself = DebPackage.ofDeb(control, pin);
        if (!itself.name().equals(pin.name())
                || !itself.version().toString().equals(pin.version())
                || !itself.architecture().equals(pin.architecture())) {
            throw new VerificationException(
                    Reason.WRONG_CONTENT,
                    pin.path() + " holds " + itself + ", not " + pin.name() + " " + pin.version());
        }
        return itself;
    }

    private Layer distroless(
            BaseDefinition definition, Map<DebPackage, DebArchive> packages, Timespec time)
            throws IOException, BaseException {
        var tree = tree(definition, packages, time);
        Distroless.complete(tree, definition, packages);
        return write(store, tree);
    }

    /// All packages' files in a merged root; of directories that several have, the attributes of
    /// `base-files` or of the first by name count.
    static RootTree tree(
            BaseDefinition definition, Map<DebPackage, DebArchive> packages, Timespec time)
            throws ArchiveException {
        var tree = new RootTree(time);
        tree.mergeUsr(packages.values());
        var order = new ArrayList<>(packages.keySet());
        order.sort((a, b) -> Boolean.compare(isFirst(b), isFirst(a))); // stable
        for (var each : order) {
            tree.add(
                    each,
                    Objects.requireNonNull(packages.get(each)),
                    path -> Trim.keeps(definition.trim(), path));
        }
        return tree;
    }

    private static boolean isFirst(DebPackage each) {
        return each.name().equals("base-files");
    }

    static Layer write(Store store, RootTree tree) throws IOException {
        var names = new IdentityHashMap<RootTree.Node, RawPath>();
        try (var files = new SpoolFiles();
                var writer = store.layers().create()) {
            for (var each : tree.nodes().entrySet()) {
                put(writer, files, each.getKey(), each.getValue(), names);
            }
            return writer.seal();
        }
    }

    private static void put(
            LayerWriter writer,
            SpoolFiles files,
            RawPath path,
            RootTree.Node node,
            Map<RootTree.Node, RawPath> names)
            throws IOException {
        var entry = node.entry().withPath(path);
        var first = names.putIfAbsent(node, path);
        var content = node.content();
        if (first != null) {
            writer.hardLink(entry, first);
        } else if (content == null) {
            writer.put(entry, null);
        } else {
            try (var in = content.open(files)) {
                writer.put(entry, in);
            }
        }
    }
}
