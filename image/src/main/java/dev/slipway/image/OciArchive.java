package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads an OCI image layout (image-spec, `image-layout.md`) from an archive or directory.
final class OciArchive {
    static final String REF_NAME = "org.opencontainers.image.ref.name";
    static final String CONTAINERD_NAME = "io.containerd.image.name";

    private static final int MAX_NESTING = 4;
    private static final int BUFFER = 128 << 10;

    private final Store store;
    private final ArchiveSource source;
    private final @Nullable Platform platform;

    OciArchive(Store store, ArchiveSource source, @Nullable Platform platform) {
        this.store = store;
        this.source = source;
        this.platform = platform;
    }

    List<LoadedImage> load() throws IOException {
        Index index = Index.parse(source.read("index.json", Manifest.MAX_BYTES));
        Map<Digest, List<Reference>> names = new LinkedHashMap<>();
        Map<Digest, Descriptor> roots = new LinkedHashMap<>();
        for (Descriptor each : index.manifests()) {
            if (Index.isAttestation(each)) {
                continue;
            }
            roots.putIfAbsent(each.digest(), each);
            List<Reference> mine = names.computeIfAbsent(each.digest(), _ -> new ArrayList<>());
            Reference name = name(each);
            if (name != null && !mine.contains(name)) {
                mine.add(name);
            }
        }
        var loaded = new ArrayList<LoadedImage>();
        for (Descriptor root : roots.values()) {
            Descriptor target = load(root, 0);
            if (target != null) {
                List<Reference> mine = names.getOrDefault(root.digest(), List.of());
                loaded.add(named(store, mine, target, id(target)));
            }
        }
        return loaded;
    }

    /// Takes what one entry of the index leads to, without giving it a name; null if there is
    /// nothing of the wanted platform.
    @Nullable Descriptor take(Descriptor root) throws IOException {
        return load(root, 0);
    }

    private Digest id(Descriptor target) throws ImageException {
        return MediaTypes.isIndex(target.mediaType())
                ? target.digest()
                : Image.load(store, target, null).id();
    }

    /// Gives a complete image its names.
    static LoadedImage named(Store store, List<Reference> names, Descriptor target, Digest id)
            throws ImageException {
        for (Reference name : names) {
            store.images().tag(name, target);
        }
        if (names.isEmpty()) {
            store.images().keepDangling(target);
        }
        return new LoadedImage(names, target, id);
    }

    /// Docker and BuildKit put the full name into containerd's annotation and only the tag into the
    /// specification's; skopeo and buildah put the name into the latter.
    private static @Nullable Reference name(Descriptor entry) {
        String full = entry.annotations().get(CONTAINERD_NAME);
        String name = full != null ? full : entry.annotations().get(REF_NAME);
        if (name == null || (full == null && name.indexOf(':') < 0 && name.indexOf('/') < 0)) {
            return null; // "latest" alone names nothing
        }
        try {
            return Reference.parse(name).withDefaultTag();
        } catch (InvalidReferenceException _) {
            return null; // the annotation may hold any text
        }
    }

    /// Returns null if there is nothing of the wanted platform.
    private @Nullable Descriptor load(Descriptor entry, int nesting) throws IOException {
        if (nesting > MAX_NESTING) {
            throw new InvalidImageException("the archive's indexes nest too deep");
        }
        byte[] raw = blob(entry);
        if (MediaTypes.isIndex(entry.mediaType())) {
            return loadIndex(entry, Index.parse(raw), raw, nesting);
        }
        if (!MediaTypes.isManifest(entry.mediaType())) {
            throw new InvalidImageException(
                    "the archive's "
                            + entry.digest()
                            + " is of the unknown type "
                            + Texts.quote(entry.mediaType()));
        }
        return loadManifest(entry, Manifest.parse(raw), raw);
    }

    private @Nullable Descriptor loadIndex(Descriptor entry, Index index, byte[] raw, int nesting)
            throws IOException {
        if (platform != null) {
            Optional<Descriptor> chosen = index.select(platform);
            return chosen.isPresent() ? load(chosen.get(), nesting + 1) : null;
        }
        boolean any = false;
        for (Descriptor each : index.manifests()) {
            if (!source.has(file(each))) {
                continue; // archives of one platform often keep the whole index
            }
            any = true;
            if (Index.isAttestation(each)) {
                loadAttestation(each);
            } else {
                load(each, nesting + 1);
            }
        }
        if (!any) {
            throw new InvalidImageException(
                    "the archive has none of the manifests of the index " + entry.digest());
        }
        store.blobs().put(raw);
        return strip(entry);
    }

    private @Nullable Descriptor loadManifest(Descriptor entry, Manifest manifest, byte[] raw)
            throws IOException {
        byte[] rawConfig = blob(manifest.config());
        ImageConfig config = ImageConfig.parse(rawConfig);
        if (platform != null && !config.platform().matches(platform)) {
            return null;
        }
        List<Descriptor> layers = manifest.layers();
        if (config.diffIds().size() != layers.size()) {
            throw new InvalidImageException(
                    "the manifest " + entry.digest() + " and its configuration disagree on layers");
        }
        for (int i = 0; i < layers.size(); i++) {
            Descriptor layer = layers.get(i);
            Digest diffId = config.diffIds().get(i);
            LayerIntake.described(store, source, file(layer), layer, diffId);
        }
        store.blobs().put(rawConfig);
        store.blobs().put(raw);
        return strip(entry).withPlatform(config.platform());
    }

    private void loadAttestation(Descriptor entry) throws IOException {
        byte[] raw = blob(entry);
        Manifest manifest = Manifest.parse(raw);
        store.blobs().put(blob(manifest.config()));
        for (Descriptor part : manifest.layers()) {
            copy(part);
        }
        store.blobs().put(raw);
    }

    private void copy(Descriptor part) throws IOException {
        store.lease().use(part.digest());
        if (store.blobs().contains(part.digest())) {
            return;
        }
        try (InputStream in = source.open(file(part));
                BlobWriter out = store.blobs().create()) {
            var buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
            out.commit(part.digest(), part.size());
        }
    }

    /// Reads a small blob of the archive and checks it.
    private byte[] blob(Descriptor descriptor) throws IOException {
        byte[] raw = source.read(file(descriptor), Manifest.MAX_BYTES);
        if (raw.length != descriptor.size() || !descriptor.digest().matches(raw)) {
            throw new InvalidImageException(
                    "the archive's " + descriptor.digest() + " is in truth " + Digest.sha256(raw));
        }
        return raw;
    }

    static String file(Descriptor descriptor) {
        Digest digest = descriptor.digest();
        return "blobs/" + digest.algorithm() + "/" + digest.hex();
    }

    private static Descriptor strip(Descriptor entry) {
        return Descriptor.of(entry.mediaType(), entry.digest(), entry.size());
    }
}
