package dev.slipway.image;

import dev.slipway.image.compress.Compression;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an archive will hold of one image.
///
/// @param names the image gets in the archive
/// @param root what the archive's index points to
/// @param image the one that `manifest.json` describes; null in an OCI layout
/// @param layers of that image
/// @param parts all blobs; what refers to others comes before them
record SavePlan(
        List<Reference> names,
        Descriptor root,
        @Nullable Image image,
        List<Descriptor> layers,
        List<Part> parts) {

    /// A blob of the archive.
    sealed interface Part {
        Descriptor descriptor();
    }

    /// One that is written as given.
    static final class Bytes implements Part {
        private final Descriptor descriptor;
        private final byte[] content;

        Bytes(Descriptor descriptor, byte[] content) {
            this.descriptor = descriptor;
            this.content = content;
        }

        @Override
        public Descriptor descriptor() {
            return descriptor;
        }

        byte[] content() {
            return content;
        }
    }

    /// One that the store has as a blob.
    record Blob(Descriptor descriptor) implements Part {}

    /// A layer's uncompressed tar.
    record Tar(Descriptor descriptor, Layer layer) implements Part {}

    static SavePlan of(
            Store store, SavedImage saved, ImageSave.Form form, @Nullable Compression compression)
            throws IOException {
        return new Planning(store, compression).plan(saved, form);
    }

    private static final class Planning {
        private final Store store;
        private final @Nullable Compression compression;
        private final List<Part> parts = new ArrayList<>();
        private List<Descriptor> layers = List.of();

        Planning(Store store, @Nullable Compression compression) {
            this.store = store;
            this.compression = compression;
        }

        SavePlan plan(SavedImage saved, ImageSave.Form form) throws IOException {
            Descriptor target = saved.target();
            boolean whole = form == ImageSave.Form.OCI && saved.platform() == null;
            if (whole && MediaTypes.isIndex(target.mediaType())) {
                Descriptor root = index(target);
                return new SavePlan(saved.names(), root, null, List.of(), parts);
            }
            Image image = Image.load(store, target, saved.platform());
            Descriptor root = manifest(image, parts.size());
            if (root.digest().equals(target.digest())) {
                root =
                        new Descriptor(
                                root.mediaType(),
                                root.digest(),
                                root.size(),
                                root.platform(),
                                target.annotations());
            }
            Image described = form == ImageSave.Form.DOCKER ? image : null;
            return new SavePlan(saved.names(), root, described, layers, parts);
        }

        /// Keeps the index as it is if all of its manifests are here and stay as they are.
        private Descriptor index(Descriptor target) throws IOException {
            store.lease().use(target.digest());
            byte[] raw = store.blobs().read(target.digest(), Manifest.MAX_BYTES);
            Index index = Index.parse(raw);
            var manifests = new ArrayList<Descriptor>();
            for (Descriptor each : index.manifests()) {
                store.lease().use(each.digest());
                if (!store.blobs().contains(each.digest())) {
                    continue;
                }
                manifests.add(Index.isAttestation(each) ? attestation(each) : child(each));
            }
            if (manifests.equals(index.manifests())) {
                parts.addFirst(new Bytes(target, raw));
                return target;
            }
            // An attestation of an image that changed says nothing of the new one.
            manifests.removeIf(Index::isAttestation);
            Index changed = Index.of(index.mediaType(), manifests, index.annotations());
            parts.addFirst(new Bytes(changed.descriptor(), changed.raw()));
            return changed.descriptor();
        }

        private Descriptor child(Descriptor entry) throws IOException {
            Image image = Image.load(store, entry, null);
            Descriptor written = manifest(image, parts.size());
            return written.digest().equals(entry.digest())
                    ? entry
                    : new Descriptor(
                            written.mediaType(),
                            written.digest(),
                            written.size(),
                            entry.platform(),
                            entry.annotations());
        }

        private Descriptor attestation(Descriptor entry) throws IOException {
            byte[] raw = store.blobs().read(entry.digest(), Manifest.MAX_BYTES);
            Manifest manifest = Manifest.parse(raw);
            parts.add(new Bytes(entry, raw));
            parts.add(new Blob(manifest.config()));
            for (Descriptor each : manifest.layers()) {
                store.lease().use(each.digest());
                parts.add(new Blob(each));
            }
            return entry;
        }

        /// Plans a manifest with its configuration and layers, at `at` in the order of parts.
        private Descriptor manifest(Image image, int at) throws IOException {
            Manifest stored = image.manifest();
            var planned = new ArrayList<Part>();
            var written = new ArrayList<Descriptor>();
            for (int i = 0; i < stored.layers().size(); i++) {
                Part part = layer(image, i);
                planned.add(part);
                written.add(part.descriptor());
            }
            layers = written;
            boolean kept = written.equals(stored.layers());
            Manifest manifest =
                    kept
                            ? stored
                            : Manifest.of(
                                    MediaTypes.OCI_MANIFEST,
                                    asOci(stored.config()),
                                    written,
                                    stored.annotations());
            Descriptor descriptor = manifest.descriptor().withPlatform(image.config().platform());
            parts.add(at, new Bytes(descriptor, manifest.raw()));
            parts.add(at + 1, new Bytes(manifest.config(), image.rawConfig()));
            parts.addAll(planned);
            return descriptor;
        }

        private static Descriptor asOci(Descriptor config) {
            return new Descriptor(
                    MediaTypes.OCI_CONFIG,
                    config.digest(),
                    config.size(),
                    config.platform(),
                    config.annotations());
        }

        private Part layer(Image image, int i) throws IOException {
            Descriptor stored = image.manifest().layers().get(i);
            Digest diffId = image.config().diffIds().get(i);
            boolean plain = stored.digest().equals(diffId);
            if (compression == null && !plain && store.blobs().contains(stored.digest())) {
                return new Blob(stored);
            }
            Layer layer = find(diffId, image);
            Compression wanted = compression;
            if (wanted != null && !(wanted instanceof Compression.None)) {
                return new Blob(layer.compress(wanted));
            }
            Descriptor tar =
                    plain ? stored : Descriptor.of(MediaTypes.OCI_LAYER, diffId, layer.size());
            return new Tar(tar, layer);
        }

        private Layer find(Digest diffId, Image image) throws IOException {
            Optional<Layer> layer = store.layers().find(diffId);
            if (layer.isPresent()) {
                return layer.get();
            }
            throw new InvalidImageException(
                    "the layer " + diffId + " of the image " + image.id() + " is not in the store",
                    "Pull, load or build the image again.");
        }
    }
}
