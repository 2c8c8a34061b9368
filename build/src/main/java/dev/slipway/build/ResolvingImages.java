package dev.slipway.build;

import dev.slipway.distribution.Glance;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.RegistryException;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Image;
import dev.slipway.image.ImageException;
import dev.slipway.image.Index;
import dev.slipway.image.Manifest;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Images for making a lock: what their names stand for is looked up and noted, each once. No layer
/// is fetched.
final class ResolvingImages implements ImageSource {
    private final @Nullable Registries registries;
    private final DockerfileLock before;
    private final Predicate<Reference> anew;
    private final boolean onlyCheck;
    private final Instant now;
    private final Map<Reference, LockEntry> resolved = new TreeMap<>();
    private final Set<Reference> missing = new TreeSet<>();

    /// @param registries null: the store alone is asked
    /// @param before entries that hold
    /// @param anew which of them hold no longer
    /// @param onlyCheck whether names without entry are only noted
    ResolvingImages(
            @Nullable Registries registries,
            DockerfileLock before,
            Predicate<Reference> anew,
            boolean onlyCheck,
            Instant now) {
        this.registries = registries;
        this.before = before;
        this.anew = anew;
        this.onlyCheck = onlyCheck;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
    }

    /// An entry for each name that was asked for and is not missing.
    Map<Reference, LockEntry> resolved() {
        return resolved;
    }

    /// The names that have no entry, if that is only checked.
    Set<Reference> missing() {
        return missing;
    }

    @Override
    public Optional<Image> find(Store store, Reference reference, Platform platform, boolean pull)
            throws IOException {
        var name = reference.withDefaultTag();
        var known = resolved.get(name);
        if (known != null) {
            return Optional.of(pinned(store, known, platform));
        }
        var entry = before.find(name);
        if (entry != null && !anew.test(name)) {
            var image = pinned(store, entry, platform);
            resolved.put(name, entry);
            return Optional.of(image);
        }
        if (onlyCheck) {
            missing.add(name);
            return Optional.of(BlankImages.blank(store, platform));
        }
        var found = resolve(store, name, platform);
        var digest = found.image.target().digest();
        if (entry == null || !entry.digest().equals(digest)) {
            var platforms = platforms(store, found.image);
            entry = new LockEntry(name, digest, platforms, found.source, now);
        }
        resolved.put(name, entry);
        return Optional.of(found.image);
    }

    /// An image, and who had it: a registry, or [LockEntry#STORE].
    private record Found(Image image, String source) {}

    /// The image of an entry: of the store if that has it, which needs nobody else.
    private Image pinned(Store store, LockEntry entry, Platform platform) throws IOException {
        var digest = entry.digest();
        store.lease().use(digest);
        if (store.blobs().contains(digest)) {
            try {
                var target = Descriptor.of("", digest, store.blobs().size(digest));
                return Image.load(store, target, platform);
            } catch (ImageException e) {
                if (registries == null) {
                    throw e;
                }
                // The store has it, but not for this platform.
            }
        }
        var name = entry.pinned();
        if (registries == null) {
            throw gone(entry, "the store");
        }
        return new Glance(registries, store)
                .look(name, platform)
                .orElseThrow(() -> gone(entry, name.registry()));
    }

    private static ImageException gone(LockEntry entry, String where) {
        return new ImageException(
                "there is no " + entry.pinned().familiar() + " in " + where + ", as it is locked",
                "look it up anew: slipway lock --update=" + entry.reference().familiar(),
                null);
    }

    private Found resolve(Store store, Reference name, Platform platform) throws IOException {
        if (registries == null) {
            return stored(store, name, platform)
                    .orElseThrow(() ->
                            new ImageException(
                                    "no image " + name.familiar() + " in the store",
                                    "without --pull=never its registry is asked",
                                    null));
        }
        try {
            var image = new Glance(registries, store).look(name, platform);
            if (image.isPresent()) {
                return new Found(image.get(), name.registry());
            }
        } catch (RegistryException e) {
            return instead(store, name, platform, e);
        }
        return stored(store, name, platform)
                .orElseThrow(() ->
                        new ImageException(
                                "there is no image "
                                        + name.familiar()
                                        + " in "
                                        + name.registry()
                                        + ", nor in the store"));
    }

    /// The store's image where the registry does not have it, which some do not tell from one that
    /// may not be seen. A registry that does not answer may have another: that is not hidden.
    private static Found instead(
            Store store, Reference name, Platform platform, RegistryException e)
            throws IOException {
        boolean answered = e.status() == 401 || e.status() == 403 || e.status() == 404;
        if (answered) {
            var here = stored(store, name, platform);
            if (here.isPresent()) {
                return here.get();
            }
        } else if (store.images().find(name).isPresent()) {
            throw new ImageException(
                    BuildException.messageOf(e),
                    "the store has an image of this name: take it with --pull=never",
                    e);
        }
        throw e;
    }

    private static Optional<Found> stored(Store store, Reference name, Platform platform)
            throws IOException {
        var target = store.images().find(name);
        return target.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Found(Image.load(store, target.get(), platform), LockEntry.STORE));
    }

    private static List<String> platforms(Store store, Image image) throws IOException {
        var target = image.target();
        if (target.digest().equals(image.manifest().digest())) {
            return List.of(image.config().platform().toString());
        }
        var platforms = new ArrayList<String>();
        var index = Index.parse(store.blobs().read(target.digest(), Manifest.MAX_BYTES));
        for (var each : index.manifests()) {
            var platform = each.platform();
            if (platform != null && !Index.isAttestation(each)) {
                platforms.add(platform.toString());
            }
        }
        return platforms;
    }

    @Override
    public String description() {
        return registries == null ? "the store" : "its registry and the store";
    }
}
