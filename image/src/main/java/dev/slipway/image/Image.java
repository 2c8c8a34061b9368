package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An image of the store for one platform: its manifest and configuration, read and checked. All
/// its objects are kept from the collector until the store is closed. Immutable and thread-safe.
public final class Image {
    private final Store store;
    private final Descriptor target;
    private final Manifest manifest;
    private final ImageConfig config;
    private final byte[] rawConfig;

    private Image(
            Store store,
            Descriptor target,
            Manifest manifest,
            ImageConfig config,
            byte[] rawConfig) {
        this.store = store;
        this.target = target;
        this.manifest = manifest;
        this.config = config;
        this.rawConfig = rawConfig;
    }

    /// Reads an image.
    ///
    /// @param target a manifest, or an index to choose from
    /// @param wanted platform to choose; null is the host's if it is there, else the first that is
    /// @throws ImageException if it is missing, damaged, contradicts itself, or has no such
    ///   platform
    public static Image load(Store store, Descriptor target, @Nullable Platform wanted)
            throws ImageException {
        return new Reading(store, true).image(target, wanted);
    }

    /// As [#load], but nothing is kept from the collector: for looking around.
    static Image peek(Store store, Descriptor target, @Nullable Platform wanted)
            throws ImageException {
        return new Reading(store, false).image(target, wanted);
    }

    /// One reading of an image.
    ///
    /// @param keeps whether what is read is kept from the collector
    private record Reading(Store store, boolean keeps) {
        Image image(Descriptor target, @Nullable Platform wanted) throws ImageException {
            byte[] raw = blob(target.digest(), Manifest.MAX_BYTES);
            if (isIndex(target.mediaType(), raw)) {
                Descriptor chosen = choose(store, Index.parse(raw), target, wanted);
                raw = blob(chosen.digest(), Manifest.MAX_BYTES);
            }
            Manifest manifest = Manifest.parse(raw);
            keep(parts(manifest));
            byte[] rawConfig = blob(manifest.config().digest(), ImageConfig.MAX_BYTES);
            ImageConfig config = ImageConfig.parse(rawConfig);
            keep(config.diffIds());
            var image = new Image(store, target, manifest, config, rawConfig);
            image.check(wanted);
            return image;
        }

        private byte[] blob(Digest digest, int maxBytes) throws ImageException {
            keep(List.of(digest));
            return store.blobs().read(digest, maxBytes);
        }

        private void keep(Collection<Digest> digests) throws ImageException {
            if (keeps) {
                store.lease().use(digests);
            }
        }
    }

    private static boolean isIndex(String mediaType, byte[] raw) throws ImageException {
        if (MediaTypes.isIndex(mediaType)) {
            return true;
        }
        return !MediaTypes.isManifest(mediaType)
                && Json.parseObject(raw).array("manifests") != null;
    }

    private static Descriptor choose(
            Store store, Index index, Descriptor target, @Nullable Platform wanted)
            throws ImageException {
        Platform platform = wanted == null ? Platform.host() : wanted;
        Optional<Descriptor> chosen = index.select(platform);
        if (chosen.isEmpty() && wanted == null) {
            chosen = firstHere(store, index);
        }
        if (chosen.isPresent()) {
            return chosen.get();
        }
        throw new InvalidImageException(
                "the image " + target.digest() + " has no platform " + platform,
                "It has " + platforms(index) + ".");
    }

    private static Optional<Descriptor> firstHere(Store store, Index index) {
        for (Descriptor each : index.manifests()) {
            if (!Index.isAttestation(each) && store.blobs().contains(each.digest())) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private static String platforms(Index index) {
        var names = new LinkedHashSet<String>();
        for (Descriptor each : index.manifests()) {
            if (each.platform() != null && !Index.isAttestation(each)) {
                names.add(each.platform().toString());
            }
        }
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static Set<Digest> parts(Manifest manifest) {
        Set<Digest> parts = new LinkedHashSet<>();
        parts.add(manifest.config().digest());
        for (Descriptor layer : manifest.layers()) {
            parts.add(layer.digest());
        }
        return parts;
    }

    private void check(@Nullable Platform wanted) throws ImageException {
        int layers = manifest.layers().size();
        if (config.diffIds().size() != layers) {
            throw new InvalidImageException(
                    "the image "
                            + id()
                            + " has "
                            + layers
                            + " layers and "
                            + config.diffIds().size()
                            + " diffIDs");
        }
        if (wanted != null && !config.platform().matches(wanted)) {
            throw new InvalidImageException(
                    "the image " + id() + " is for " + config.platform() + ", not " + wanted);
        }
    }

    /// Returns what the image was loaded by: a manifest or an index.
    public Descriptor target() {
        return target;
    }

    public Manifest manifest() {
        return manifest;
    }

    public ImageConfig config() {
        return config;
    }

    /// Returns a copy of the configuration's exact bytes.
    public byte[] rawConfig() {
        return rawConfig.clone();
    }

    /// Returns the image's ID: the digest of its configuration.
    public Digest id() {
        return manifest.config().digest();
    }

    /// Returns the layers, the lowest first.
    ///
    /// @throws ImageException if one is not in the store
    public List<Layer> layers() throws IOException {
        var layers = new ArrayList<Layer>(config.diffIds().size());
        for (Digest diffId : config.diffIds()) {
            Optional<Layer> layer = store.layers().find(diffId);
            if (layer.isEmpty()) {
                throw new InvalidImageException(
                        "the layer " + diffId + " of the image " + id() + " is not in the store",
                        "Pull, load or build the image again.");
            }
            layers.add(layer.get());
        }
        return layers;
    }

    /// Returns the size of all uncompressed layers in bytes.
    public long size() throws IOException {
        long size = 0;
        for (Layer layer : layers()) {
            size += layer.size();
        }
        return size;
    }

    @Override
    public String toString() {
        return "image " + id();
    }
}
