package dev.slipway.cli;

import dev.slipway.cli.options.Suggestion;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.Index;
import dev.slipway.image.InvalidReferenceException;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.NamedImage;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The store's images, by whatever the user may call them: a name, a name with digest, an ID or the
/// start of one.
final class ImageCatalog {
    private static final int ID_DIGITS = 64;

    private final Store store;
    private final Map<Digest, Long> layerSizes = new HashMap<>();
    private @Nullable List<StoredImage> all;

    ImageCatalog(Store store) {
        this.store = store;
    }

    /// All images, one entry a name, in the order of names; the dangling last.
    List<StoredImage> all() throws IOException {
        List<StoredImage> known = all;
        if (known == null) {
            known = new ArrayList<>();
            for (NamedImage named : store.images().list()) {
                StoredImage image = load(named);
                if (image != null) {
                    known.add(image);
                }
            }
            all = known;
        }
        return known;
    }

    /// The image called so.
    ///
    /// @throws CommandException if there is none, or the start of an ID fits several
    StoredImage find(String text) throws IOException, CommandException {
        StoredImage byName = findByName(text);
        if (byName != null) {
            return byName;
        }
        Map<Digest, StoredImage> matches = findById(text);
        if (matches.size() > 1) {
            throw new CommandException(
                    "ambiguous image ID: " + text,
                    "It fits " + matches.size() + " images. Give more digits.");
        }
        if (matches.isEmpty()) {
            throw missing(text);
        }
        return matches.values().iterator().next();
    }

    /// Whether the text names the image by a name rather than by its ID.
    boolean isName(String text) throws IOException {
        return findByName(text) != null;
    }

    private @Nullable StoredImage findByName(String text) throws IOException {
        Reference reference;
        try {
            reference = Reference.parse(text);
        } catch (InvalidReferenceException _) {
            return null; // such as sha256:…, which is no name
        }
        Optional<Descriptor> target = store.images().find(reference);
        if (target.isPresent()) {
            Reference name = reference.withDefaultTag();
            for (StoredImage image : all()) {
                if (name.equals(image.name())) {
                    return image;
                }
            }
            return load(new NamedImage(name, target.get(), java.time.Instant.EPOCH));
        }
        Digest digest = reference.digest();
        if (digest != null) {
            for (StoredImage image : all()) {
                Reference name = image.name();
                boolean sameName = name != null && name.name().equals(reference.name());
                if (sameName && image.target().digest().equals(digest)) {
                    return image;
                }
            }
        }
        return null;
    }

    private Map<Digest, StoredImage> findById(String text) throws IOException {
        String digits = text.startsWith("sha256:") ? text.substring(7) : text;
        Map<Digest, StoredImage> matches = new LinkedHashMap<>();
        if (digits.isEmpty() || digits.length() > ID_DIGITS || !isHex(digits)) {
            return matches;
        }
        for (StoredImage image : all()) {
            boolean fits =
                    image.id().hex().startsWith(digits)
                            || image.target().digest().hex().equals(digits);
            if (fits) {
                matches.putIfAbsent(image.id(), image);
            }
        }
        return matches;
    }

    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.digit(text.charAt(i), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private CommandException missing(String text) throws IOException {
        List<String> names = new ArrayList<>();
        for (StoredImage image : all()) {
            Reference name = image.name();
            if (name != null) {
                names.add(name.familiar());
                names.add(name.familiarName());
            }
        }
        String meant = Suggestion.nearest(text, names);
        return new CommandException(
                "no such image: " + text,
                meant == null
                        ? "slipway images lists those there are; build, load or import makes one."
                        : "Did you mean " + meant + "?");
    }

    /// All entries of one image, whatever their names.
    List<StoredImage> entriesOf(Digest id) throws IOException {
        List<StoredImage> entries = new ArrayList<>();
        for (StoredImage image : all()) {
            if (image.id().equals(id)) {
                entries.add(image);
            }
        }
        return entries;
    }

    private @Nullable StoredImage load(NamedImage named) throws IOException {
        Descriptor descriptor = named.target();
        if (MediaTypes.isIndex(descriptor.mediaType())) {
            byte[] raw = store.blobs().read(descriptor.digest(), Manifest.MAX_BYTES);
            Optional<Descriptor> chosen = Index.parse(raw).select(Platform.host());
            if (chosen.isEmpty()) {
                return null;
            }
            descriptor = chosen.get();
        }
        Manifest manifest =
                Manifest.parse(store.blobs().read(descriptor.digest(), Manifest.MAX_BYTES));
        ImageConfig config =
                ImageConfig.parse(
                        store.blobs().read(manifest.config().digest(), ImageConfig.MAX_BYTES));
        return new StoredImage(named, manifest, config, sizeOf(manifest, config));
    }

    private long sizeOf(Manifest manifest, ImageConfig config) throws IOException {
        long total = 0;
        for (int i = 0; i < config.diffIds().size(); i++) {
            total += layerSize(config.diffIds().get(i), manifest, i);
        }
        return total;
    }

    /// A layer's size uncompressed; what the manifest says of its blob when the layer is not here.
    long layerSize(Digest diffId, Manifest manifest, int index) throws IOException {
        Long known = layerSizes.get(diffId);
        if (known == null) {
            known = index < manifest.layers().size() ? manifest.layers().get(index).size() : 0;
            layerSizes.put(diffId, known);
        }
        return known;
    }
}
