package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The images of a store, found by name or ID. Thread-safe.
public final class ImageCatalog {
    private final Store store;

    public ImageCatalog(Store store) {
        this.store = store;
    }

    /// Returns all images, the newest first.
    public List<StoredImage> list() throws ImageException {
        var images = new ArrayList<StoredImage>();
        for (List<NamedImage> each : byTarget().values()) {
            images.add(stored(each));
        }
        images.sort((a, b) -> createdOrEpoch(b).compareTo(createdOrEpoch(a)));
        return images;
    }

    private Map<Digest, List<NamedImage>> byTarget() throws ImageException {
        Map<Digest, List<NamedImage>> byTarget = new LinkedHashMap<>();
        for (NamedImage each : store.images().list()) {
            byTarget.computeIfAbsent(each.target().digest(), _ -> new ArrayList<>()).add(each);
        }
        return byTarget;
    }

    private static Instant createdOrEpoch(StoredImage image) {
        Instant created = image.created();
        return created == null ? Instant.EPOCH : created;
    }

    private StoredImage stored(List<NamedImage> entries) {
        Descriptor target = entries.getFirst().target();
        var names = new ArrayList<Reference>();
        Instant taggedAt = Instant.EPOCH;
        for (NamedImage entry : entries) {
            if (entry.name() != null) {
                names.add(entry.name());
            }
            taggedAt = entry.taggedAt().isAfter(taggedAt) ? entry.taggedAt() : taggedAt;
        }
        names.sort(null);
        Image image = loadOrNull(target);
        Digest id = image == null ? target.digest() : image.id();
        return new StoredImage(target, id, image, names, taggedAt);
    }

    private @Nullable Image loadOrNull(Descriptor target) {
        try {
            return Image.peek(store, target, null);
        } catch (ImageException e) {
            return null; // one broken image must not hide the others
        }
    }

    /// Finds an image by name, by ID (`sha256:…`, or its first digits), or by its manifest's
    /// digest.
    ///
    /// @throws ImageNotFoundException if there is none, or several
    public StoredImage find(String nameOrId) throws ImageException {
        Optional<Descriptor> named = findName(nameOrId);
        if (named.isPresent()) {
            List<NamedImage> entries = byTarget().get(named.get().digest());
            if (entries != null) {
                return stored(entries);
            }
        }
        return findId(nameOrId);
    }

    /// Finds an image as [#find], and of one that has several platforms the image of this one.
    ///
    /// @param platform null for the host's if it is there, else the first that is
    /// @throws ImageException if it has no such platform
    public StoredImage find(String nameOrId, @Nullable Platform platform) throws ImageException {
        StoredImage found = find(nameOrId);
        if (platform == null) {
            return found;
        }
        Image image = Image.peek(store, found.target(), platform);
        return new StoredImage(found.target(), image.id(), image, found.names(), found.taggedAt());
    }

    /// Finds an image as [#find], to be run or built upon.
    ///
    /// @param platform null for the host's
    public Image load(String nameOrId, @Nullable Platform platform) throws ImageException {
        Optional<Descriptor> named = findName(nameOrId);
        Descriptor target = named.isPresent() ? named.get() : findId(nameOrId).target();
        return Image.load(store, target, platform);
    }

    private Optional<Descriptor> findName(String text) throws ImageException {
        if (text.startsWith("sha256:") || isFullId(text)) {
            return Optional.empty();
        }
        Reference name;
        try {
            name = Reference.parse(text);
        } catch (InvalidReferenceException e) {
            if (isIdPrefix(text)) {
                return Optional.empty();
            }
            throw e;
        }
        return store.images().find(name);
    }

    private StoredImage findId(String text) throws ImageException {
        String prefix = text.startsWith("sha256:") ? text.substring(7) : text;
        if (!isIdPrefix(prefix)) {
            throw ImageNotFoundException.none(text);
        }
        @Nullable StoredImage found = null;
        for (StoredImage image : list()) {
            boolean matches =
                    image.id().hex().startsWith(prefix)
                            || image.target().digest().hex().startsWith(prefix);
            if (!matches) {
                continue;
            }
            if (found != null && !found.id().equals(image.id())) {
                throw ImageNotFoundException.several(text);
            }
            found = found == null ? image : found;
        }
        if (found == null) {
            throw ImageNotFoundException.none(text);
        }
        return found;
    }

    static boolean isIdPrefix(String text) {
        return !text.isEmpty() && text.length() <= 64 && Texts.isHex(text);
    }

    private static boolean isFullId(String text) {
        return text.length() == 64 && Texts.isHex(text);
    }

    /// Gives an image one more name, as `docker tag`.
    public void tag(String nameOrId, Reference newName) throws ImageException {
        if (newName.digest() != null) {
            throw new InvalidReferenceException(
                    newName.canonical(), "a new name cannot have a digest", null);
        }
        store.images().tag(newName.withDefaultTag(), load(nameOrId, null).target());
    }

    static ImageConfig configOf(Store store, Descriptor target) throws ImageException {
        return Image.peek(store, target, null).config();
    }

    /// Returns the size of the image's uncompressed layers in bytes; of those that are here, if the
    /// image is damaged.
    public long size(StoredImage image) throws ImageException {
        Image loaded = image.image();
        if (loaded == null) {
            return 0;
        }
        long size = 0;
        for (Digest diffId : loaded.config().diffIds()) {
            size += LayerFacts.size(store, diffId);
        }
        return size;
    }
}
