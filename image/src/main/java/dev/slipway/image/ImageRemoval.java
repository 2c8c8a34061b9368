package dev.slipway.image;

import dev.slipway.image.Removed.Kind;
import dev.slipway.linux.FileLock;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Removes images as `docker rmi` does: a name takes away that name, and the image with its last
/// name; an ID takes the image, which must not have several names unless forced.
public final class ImageRemoval {
    private final Store store;
    private final List<Roots> roots;
    private final ImageCatalog catalog;

    /// @param roots who else refers to objects: what they use is not deleted
    public ImageRemoval(Store store, List<Roots> roots) {
        this.store = store;
        this.roots = List.copyOf(roots);
        this.catalog = new ImageCatalog(store);
    }

    /// Removes a name or an image.
    ///
    /// @param force remove an image by ID though it has several names, or though a stopped
    ///   container uses it
    /// @return what was removed, in order: names, the image, then its unshared objects
    /// @throws ImageNotFoundException if there is none
    /// @throws ImageInUseException if it may not go
    public Reclaimed remove(String nameOrId, boolean force) throws ImageException {
        StoredImage image = catalog.find(nameOrId);
        Reference name = nameIn(image, nameOrId);
        var removed = new ArrayList<Removed>();
        if (name != null && image.names().size() > 1) {
            store.images().untag(name);
            return Reclaimed.of(List.of(untagged(name)));
        }
        if (name == null && image.names().size() > 1 && !force) {
            throw new ImageInUseException(
                    image.id().shortHex(),
                    "image is referenced in multiple repositories",
                    "Remove its names, or force the removal.");
        }
        checkUnused(image, force);
        Set<Digest> objects = objects(image);
        for (Reference each : store.images().forget(image.target().digest())) {
            removed.add(untagged(each));
        }
        removed.add(new Removed(Kind.IMAGE, image.id().toString(), 0, "removed"));
        removed.addAll(new Collector(store, roots).sweep(objects).removed());
        return Reclaimed.of(removed);
    }

    private static Removed untagged(Reference name) {
        return new Removed(Kind.NAME, name.familiar(), 0, "removed");
    }

    /// The image's name that was meant; null if its ID was given.
    private static @Nullable Reference nameIn(StoredImage image, String text) {
        try {
            Reference wanted = Reference.parse(text).withDefaultTag();
            Reference found = wanted.digest() == null ? wanted : null;
            for (Reference name : image.names()) {
                boolean byDigest =
                        wanted.digest() != null
                                && wanted.name().equals(name.name())
                                && wanted.digest().equals(name.digest());
                if (name.equals(found) || byDigest) {
                    return name;
                }
            }
            return null;
        } catch (InvalidReferenceException _) {
            return null;
        }
    }

    private void checkUnused(StoredImage image, boolean force) throws ImageException {
        var marks = new Marks(store);
        try {
            for (Roots each : roots) {
                each.mark(store, marks);
            }
            for (String id : DeadLeases.ids(store)) {
                checkLease(id, image);
            }
        } catch (IOException e) {
            throw StoreException.of(store.home(), "see who uses an image", e);
        }
        String user = marks.user(image.target().digest());
        if (user != null && !force) {
            throw new ImageInUseException(
                    image.id().shortHex(), user + " uses it", "Remove that first, or force.");
        }
    }

    private void checkLease(String id, StoredImage image) throws IOException {
        if (store.holds(id)) {
            return;
        }
        try (FileLock dead = DeadLeases.lockIfDead(store, id)) {
            if (dead != null) {
                return;
            }
            var pins = new Marks(store);
            Collector.addPins(Lease.directory(store).resolve(id), pins);
            if (pins.isKept(image.target().digest())) {
                String pid = id.substring(0, Math.max(0, id.indexOf('-')));
                throw new ImageInUseException(
                        image.id().shortHex(),
                        "the process " + pid + " works with it",
                        "Wait for that process, or stop it.");
            }
        }
    }

    private Set<Digest> objects(StoredImage image) throws ImageException {
        var marks = new Marks(store);
        marks.keepImage(image.target());
        Set<Digest> objects = new HashSet<>(marks.kept());
        Image loaded = image.image();
        for (Digest diffId : loaded == null ? List.<Digest>of() : loaded.config().diffIds()) {
            LayerFacts layer = LayerFacts.peek(store, diffId);
            for (Descriptor blob : layer == null ? List.<Descriptor>of() : layer.blobs()) {
                objects.add(blob.digest());
            }
        }
        return objects;
    }
}
