package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Image;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// An image of nothing for every name, which is noted: to learn which images a Dockerfile names
/// where none can be had. What a base's environment or triggers would name stays unknown.
final class BlankImages implements ImageSource {
    private final Set<Reference> names = new TreeSet<>();

    @Override
    public Optional<Image> find(Store store, Reference reference, Platform platform, boolean pull)
            throws IOException {
        names.add(reference.withDefaultTag());
        return Optional.of(blank(store, platform));
    }

    /// The names asked for.
    Set<Reference> names() {
        return names;
    }

    /// An image without layers, environment or anything else.
    static Image blank(Store store, Platform platform) throws IOException {
        var variant = platform.variant();
        var json =
                "{\"architecture\":\""
                        + platform.architecture()
                        + "\",\"os\":\""
                        + platform.os()
                        + (variant == null ? "" : "\",\"variant\":\"" + variant)
                        + "\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";
        byte[] config = json.getBytes(StandardCharsets.UTF_8);
        var manifest =
                Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        Descriptor.of(
                                MediaTypes.OCI_CONFIG, store.blobs().put(config), config.length),
                        List.of(),
                        Collections.emptySortedMap());
        store.blobs().put(manifest.raw());
        return Image.load(store, manifest.descriptor(), platform);
    }

    @Override
    public String description() {
        return "nowhere";
    }
}
