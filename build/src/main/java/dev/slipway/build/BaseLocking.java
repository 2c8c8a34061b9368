package dev.slipway.build;

import dev.slipway.distribution.Registries;
import dev.slipway.image.InvalidReferenceException;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Locks the base images of a Dockerfile: which images it names is planned as the build plans it,
/// and what the names stand for is looked up. All stages count, or those that the request's target
/// needs. Nothing is built and no layer is fetched.
public final class BaseLocking {
    private final Store store;
    private final BuildRequest request;

    /// What became of the entry of a name.
    public enum Kind {
        ADDED,
        UPDATED,
        REMOVED,
        UNCHANGED,
        /// It has none, and was only to be checked.
        MISSING
    }

    /// A name, and what became of its entry.
    ///
    /// @param entry that it has now; null: none
    /// @param place in the Dockerfile, as `Dockerfile:3`; null: nowhere
    public record Change(
            Kind kind, Reference reference, @Nullable LockEntry entry, @Nullable String place) {}

    /// A lock, and how it came about.
    ///
    /// @param changes by reference, one for each name
    public record Locked(ImageLock lock, List<Change> changes) {
        public Locked {
            changes = List.copyOf(changes);
        }

        /// Whether the lock is another than before.
        public boolean isChanged() {
            return changes.stream().anyMatch(each -> each.kind() != Kind.UNCHANGED);
        }
    }

    /// @param request whose Dockerfile, target, platforms, arguments and contexts count
    public BaseLocking(Store store, BuildRequest request) {
        this.store = store;
        this.request = request;
    }

    /// Makes a lock: entries that are there hold, others are looked up.
    ///
    /// @param registries null: the store alone is asked
    /// @param anew entries that hold no longer
    /// @param keepUnused whether entries that nothing uses stay; with a target they always do
    /// @throws BuildException if the Dockerfile cannot be planned, or an image is nowhere
    public Locked lock(
            ImageLock before,
            @Nullable Registries registries,
            Predicate<Reference> anew,
            boolean keepUnused,
            Instant now)
            throws BuildException, InterruptedException {
        var images = new ResolvingImages(registries, before, anew, false, now);
        return compared(before, images, places(images), keepUnused);
    }

    /// Compares a lock with the Dockerfile. What its entries stand for must be there.
    ///
    /// @param registries asked for what the store does not have; null: nobody is asked
    /// @param keepUnused whether entries that nothing uses are no difference
    public Locked check(ImageLock lock, @Nullable Registries registries, boolean keepUnused)
            throws BuildException, InterruptedException {
        var images = new ResolvingImages(registries, lock, _ -> false, true, Instant.EPOCH);
        return compared(lock, images, places(images), keepUnused);
    }

    /// Where in the Dockerfile which images are named, without looking for any: what only a base's
    /// environment or triggers would name is not found.
    public Map<Reference, String> names() throws BuildException, InterruptedException {
        var images = new BlankImages();
        var places = places(images);
        places.keySet().retainAll(images.names());
        return places;
    }

    private Map<Reference, String> places(ImageSource images)
            throws BuildException, InterruptedException {
        var dockerfile = DockerfileSource.of(request);
        var planner = new Planner(store, dockerfile.parse(), request, images);
        var places = new HashMap<Reference, String>();
        for (var step : request.target() == null ? planner.all() : planner.plan().steps()) {
            var source = step.source();
            if (step instanceof Step.Base base && base.image() != null && source != null) {
                try {
                    var name = Reference.parse(base.reference()).withDefaultTag();
                    places.putIfAbsent(name, source.place());
                } catch (InvalidReferenceException _) {
                    // from a layout, under a name of the caller's
                }
            }
        }
        return places;
    }

    private Locked compared(
            ImageLock before,
            ResolvingImages images,
            Map<Reference, String> places,
            boolean keepUnused) {
        Set<Reference> names = new TreeSet<>(images.resolved().keySet());
        names.addAll(images.missing());
        for (var entry : before.entries()) {
            names.add(entry.reference());
        }
        boolean keeps = keepUnused || request.target() != null;
        var entries = new ArrayList<LockEntry>();
        var changes = new ArrayList<Change>();
        for (var name : names) {
            var old = before.find(name);
            var entry = images.resolved().get(name);
            if (entry == null && keeps) {
                entry = old;
            }
            if (entry != null) {
                entries.add(entry);
            }
            var kind = kind(old, entry, images.missing().contains(name));
            changes.add(new Change(kind, name, entry, places.get(name)));
        }
        return new Locked(new ImageLock(entries), changes);
    }

    private static Kind kind(@Nullable LockEntry old, @Nullable LockEntry now, boolean isMissing) {
        if (isMissing) {
            return Kind.MISSING;
        }
        if (now == null) {
            return Kind.REMOVED;
        }
        return old == null ? Kind.ADDED : now.equals(old) ? Kind.UNCHANGED : Kind.UPDATED;
    }
}
