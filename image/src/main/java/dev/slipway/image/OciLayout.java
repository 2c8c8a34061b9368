package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An OCI image layout in a directory (image-spec, `image-layout.md`), as a place to take single
/// images from. They get no name in the store, and stay in it for as long as they are in use.
public final class OciLayout {
    private final Path directory;

    public OciLayout(Path directory) {
        this.directory = directory;
    }

    /// Takes one image into the store, every digest checked.
    ///
    /// @param tag as in the layout's index; null: the only image, or `latest`
    /// @param digest of its manifest or index; null: any
    /// @return empty if there is no such image, or none of that platform
    /// @throws InvalidImageException if this is no layout, or without a tag and a digest it is not
    ///   clear which image is meant
    public Optional<Image> find(
            Store store, @Nullable String tag, @Nullable Digest digest, Platform platform)
            throws IOException {
        if (!Files.exists(directory.resolve("index.json"))) {
            throw new InvalidImageException(directory + " is no OCI layout: it has no index.json");
        }
        try (var source = new DirectorySource(directory)) {
            Index index = Index.parse(source.read("index.json", Manifest.MAX_BYTES));
            Descriptor root = choose(index.manifests(), tag, digest);
            if (root == null) {
                return Optional.empty();
            }
            Descriptor target = new OciArchive(store, source, platform).take(root);
            return target == null
                    ? Optional.empty()
                    : Optional.of(Image.load(store, target, platform));
        }
    }

    private @Nullable Descriptor choose(
            List<Descriptor> all, @Nullable String tag, @Nullable Digest digest)
            throws InvalidImageException {
        var matching = new ArrayList<Descriptor>();
        for (Descriptor each : all) {
            boolean wanted =
                    (tag == null || isTag(each, tag))
                            && (digest == null || digest.equals(each.digest()))
                            && !Index.isAttestation(each);
            if (wanted && !holds(matching, each)) {
                matching.add(each);
            }
        }
        if (matching.size() > 1 && tag == null && digest == null) {
            return choose(all, Reference.DEFAULT_TAG, null);
        }
        if (matching.size() > 1) {
            throw new InvalidImageException(
                    directory + " holds several images of that name",
                    "Give the digest of the one that is meant.");
        }
        return matching.isEmpty() ? null : matching.getFirst();
    }

    private static boolean holds(List<Descriptor> some, Descriptor other) {
        return some.stream().anyMatch(each -> each.digest().equals(other.digest()));
    }

    private static boolean isTag(Descriptor entry, String tag) {
        String name = entry.annotations().getOrDefault(OciArchive.REF_NAME, "");
        return name.equals(tag) || name.endsWith(":" + tag);
    }
}
