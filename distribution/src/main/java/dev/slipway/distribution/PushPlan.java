package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Image;
import dev.slipway.image.ImageException;
import dev.slipway.image.Index;
import dev.slipway.image.Layer;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Platform;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;
import dev.slipway.image.compress.Format;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a registry must have for one image: blobs, and manifests in the order to put them.
///
/// Layers that the store has as they came from a registry stay as they are, byte for byte, and so
/// does their manifest. Others are compressed, once: the store remembers the result.
final class PushPlan {
    private final Store store;
    private final Compression compression;
    private final boolean force;
    private final boolean dry;
    private final TransferListener listener;
    private final Map<Digest, Layer> uncompressed = new LinkedHashMap<>();
    private final Map<Digest, BlobSource> blobs = new LinkedHashMap<>();
    private final List<RemoteManifest> manifests = new ArrayList<>();

    /// @param force whether layers compressed otherwise are compressed again
    /// @param dry whether layers that are not compressed are left so, and only counted
    PushPlan(
            Store store,
            Compression compression,
            boolean force,
            boolean dry,
            TransferListener listener) {
        this.store = store;
        this.dry = dry;
        this.compression = compression;
        this.force = force;
        this.listener = listener;
    }

    /// The layers that have to be compressed before the plan is one.
    List<Layer> uncompressed() {
        return List.copyOf(uncompressed.values());
    }

    /// All blobs, each once.
    List<BlobSource> blobs() {
        return List.copyOf(blobs.values());
    }

    /// All manifests; what refers to others comes after them.
    List<RemoteManifest> manifests() {
        return manifests;
    }

    /// Plans an image.
    ///
    /// @param platform to push of an index; null: all that are here
    /// @return what its name will stand for
    Descriptor plan(Descriptor target, @Nullable Platform platform) throws IOException {
        if (!MediaTypes.isIndex(target.mediaType())) {
            return image(target);
        }
        store.lease().use(target.digest());
        byte[] raw = store.blobs().read(target.digest(), Manifest.MAX_BYTES);
        Index index = Index.parse(raw);
        if (platform != null) {
            Optional<Descriptor> chosen = index.select(platform);
            if (chosen.isEmpty()) {
                throw new ImageException("the image is not there for " + platform);
            }
            return image(chosen.get());
        }
        return index(target, raw, index);
    }

    private Descriptor index(Descriptor target, byte[] raw, Index index) throws IOException {
        var here = new ArrayList<Descriptor>();
        for (Descriptor child : index.manifests()) {
            store.lease().use(child.digest());
            if (store.blobs().contains(child.digest())) {
                here.add(child);
            }
        }
        var written = new ArrayList<Descriptor>();
        for (Descriptor child : here) {
            Descriptor pushed =
                    MediaTypes.isIndex(child.mediaType()) ? plan(child, null) : image(child);
            written.add(
                    new Descriptor(
                            pushed.mediaType(),
                            pushed.digest(),
                            pushed.size(),
                            child.platform(),
                            child.annotations()));
        }
        if (written.equals(index.manifests())) {
            manifests.add(new RemoteManifest(target, raw));
            return target;
        }
        if (!here.equals(index.manifests()) && written.size() == 1) {
            listener.warning(
                    "of an image with "
                            + index.manifests().size()
                            + " manifests only one is here,"
                            + " and is pushed by itself");
            return written.getFirst();
        }
        // A statement about an image that changed says nothing of the new one.
        written.removeIf(Index::isAttestation);
        if (written.isEmpty()) {
            throw new ImageException(
                    "no manifest of the index " + target.digest() + " is in the store",
                    "Pull it with --all-platforms first.",
                    null);
        }
        Index changed = Index.of(index.mediaType(), written, index.annotations());
        manifests.add(new RemoteManifest(changed.descriptor(), changed.raw()));
        return changed.descriptor();
    }

    private Descriptor image(Descriptor target) throws IOException {
        store.lease().use(target.digest());
        byte[] raw = store.blobs().read(target.digest(), Manifest.MAX_BYTES);
        Manifest manifest = Manifest.parse(raw);
        if (isArtifact(manifest)) {
            for (Descriptor part : manifest.layers()) {
                add(part);
            }
            add(manifest.config());
            manifests.add(new RemoteManifest(target, raw));
            return target;
        }
        Image image = Image.load(store, target, null);
        var layers = new ArrayList<Descriptor>();
        for (int i = 0; i < manifest.layers().size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            layers.add(layer(layer, image.config().diffIds().get(i)));
        }
        add(manifest.config());
        if (layers.equals(manifest.layers())) {
            manifests.add(new RemoteManifest(target, raw));
            return target;
        }
        Descriptor config = manifest.config();
        Manifest pushed =
                Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        Descriptor.of(MediaTypes.OCI_CONFIG, config.digest(), config.size()),
                        layers,
                        new TreeMap<>(manifest.annotations()));
        Descriptor descriptor = pushed.descriptor();
        manifests.add(new RemoteManifest(descriptor, pushed.raw()));
        return descriptor;
    }

    private static boolean isArtifact(Manifest manifest) {
        if (!MediaTypes.isConfig(manifest.config().mediaType())) {
            return true;
        }
        for (Descriptor layer : manifest.layers()) {
            if (!MediaTypes.isLayer(layer.mediaType())) {
                return true;
            }
        }
        return false;
    }

    private void add(Descriptor blob) throws IOException {
        store.lease().use(blob.digest());
        blobs.putIfAbsent(blob.digest(), new StoredBlob(store, blob));
    }

    Descriptor layer(Descriptor stored, Digest diffId) throws IOException {
        boolean plain = stored.digest().equals(diffId);
        if (!plain && !force) {
            add(stored); // as it came: even if only the registry has it by now
            return stored;
        }
        Layer layer =
                store.layers()
                        .find(diffId)
                        .orElseThrow(() ->
                                new ImageException(
                                        "the layer " + diffId + " is not in the store",
                                        "Pull, load or build the image again.",
                                        null));
        if (compression.format() == Format.NONE) {
            Descriptor tar = Descriptor.of(MediaTypes.OCI_LAYER, diffId, layer.size());
            blobs.putIfAbsent(diffId, new LayerTar(tar, layer));
            return tar;
        }
        Descriptor blob = force ? null : known(layer);
        if (blob == null) {
            Descriptor made = layer.remembered(compression);
            if (made != null && !store.blobs().contains(made.digest())) {
                Descriptor written =
                        Descriptor.of(asOci(made.mediaType()), made.digest(), made.size());
                blobs.putIfAbsent(
                        made.digest(), new CompressedAgain(store, layer, compression, written));
                return written;
            }
        }
        if (blob == null && dry) {
            uncompressed.putIfAbsent(diffId, layer);
            return stored;
        }
        if (blob == null) {
            listener.compressing(stored);
            blob = layer.compress(compression);
        }
        Descriptor written = Descriptor.of(asOci(blob.mediaType()), blob.digest(), blob.size());
        add(written);
        return written;
    }

    /// A form that came from a registry: it is likely to be in the next one already.
    private @Nullable Descriptor known(Layer layer) throws IOException {
        for (Descriptor blob : layer.blobs()) {
            boolean gzip = blob.mediaType().endsWith("gzip");
            boolean zstd = blob.mediaType().endsWith("zstd");
            if ((gzip && compression.format() == Format.GZIP)
                    || (zstd && compression.format() == Format.ZSTD)) {
                store.lease().use(blob.digest());
                if (store.blobs().contains(blob.digest())) {
                    return blob;
                }
            }
        }
        return null;
    }

    private static String asOci(String mediaType) {
        return switch (mediaType) {
            case MediaTypes.DOCKER_LAYER -> MediaTypes.OCI_LAYER;
            case MediaTypes.DOCKER_LAYER_GZIP -> MediaTypes.OCI_LAYER_GZIP;
            case MediaTypes.DOCKER_LAYER_ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
            default -> mediaType;
        };
    }

    /// A layer's uncompressed tar, which the store may have to make. A layer that was compressed
    /// before, and is again only if the registry has lost it.
    private record CompressedAgain(
            Store store, Layer layer, Compression compression, Descriptor descriptor)
            implements BlobSource {
        @Override
        public InputStream open(long from) throws IOException {
            Descriptor made = layer.compress(compression);
            if (!made.digest().equals(descriptor.digest())) {
                throw new ImageException(
                        "the layer "
                                + layer.diffId()
                                + " was compressed otherwise before: "
                                + descriptor.digest(),
                        "Push again: what it is now is known from here on.",
                        null);
            }
            return new StoredBlob(store, made).open(from);
        }
    }

    /// A layer's uncompressed tar, which the store may have to make.
    private record LayerTar(Descriptor descriptor, Layer layer) implements BlobSource {
        @Override
        public InputStream open(long from) throws IOException {
            InputStream tar = layer.openTar();
            tar.skipNBytes(from);
            return tar;
        }
    }
}
