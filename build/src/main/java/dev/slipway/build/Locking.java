package dev.slipway.build;

import dev.slipway.distribution.Registries;
import dev.slipway.image.Image;
import dev.slipway.image.InvalidReferenceException;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Locks what a Dockerfile takes from elsewhere: which images and addresses it names is planned as
/// builds plan it, and what the names stand for is looked up. All stages count, or those that a
/// request's target needs. Nothing is built and no layer is fetched.
public final class Locking {
    private final Store store;
    private final List<Use> uses;

    /// A build of the Dockerfile.
    ///
    /// @param request whose Dockerfile, target, platforms, arguments and contexts count
    /// @param results names of its contexts that are results of other builds: no images to lock,
    ///   and what their environment or triggers would name is not found
    public record Use(BuildRequest request, Set<String> results) {
        public Use {
            results = Set.copyOf(results);
        }
    }

    /// Which entries hold no longer.
    public interface Anew {
        /// No entry.
        Anew NOTHING =
                new Anew() {
                    @Override
                    public boolean image(Reference name) {
                        return false;
                    }

                    @Override
                    public boolean address(String address) {
                        return false;
                    }
                };

        boolean image(Reference name);

        boolean address(String address);
    }

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
    /// @param isImage whether the name is that of an image; else it is an address
    /// @param pin the entry that it has now; null: none
    /// @param place in the Dockerfile, as `Dockerfile:3`; null: nowhere
    public record Change(
            Kind kind, String name, boolean isImage, @Nullable Pin pin, @Nullable String place) {}

    /// A lock, and how it came about.
    ///
    /// @param changes one for each name: images, then addresses
    public record Locked(DockerfileLock lock, List<Change> changes) {
        public Locked {
            changes = List.copyOf(changes);
        }

        /// Whether the lock is another than before.
        public boolean isChanged() {
            return changes.stream().anyMatch(each -> each.kind() != Kind.UNCHANGED);
        }
    }

    /// What a Dockerfile names, and where.
    ///
    /// @param images the place of each
    /// @param sources those that the Dockerfile does not pin itself, by address
    /// @param places of the sources, by address
    public record Names(
            Map<Reference, String> images,
            Map<String, OpenSource> sources,
            Map<String, String> places) {}

    /// @param uses at least one, all of the same Dockerfile
    public Locking(Store store, List<Use> uses) {
        this.store = store;
        this.uses = List.copyOf(uses);
    }

    /// Makes a lock: entries that are there hold, others are looked up.
    ///
    /// @param registries null: the store alone is asked
    /// @param anew entries that hold no longer
    /// @param keepUnused whether entries that nothing uses stay; with a target they always do
    /// @throws BuildException if the Dockerfile cannot be planned, or an image or address is
    ///   nowhere
    public Locked lock(
            DockerfileLock before,
            @Nullable Registries registries,
            Anew anew,
            boolean keepUnused,
            Instant now)
            throws BuildException, InterruptedException {
        var images = new ResolvingImages(registries, before, anew::image, false, now);
        var found = new Found();
        plan(images, found);
        for (var source : found.sources.entrySet()) {
            var old = before.source(source.getKey());
            if (old != null && !anew.address(source.getKey())) {
                found.resolved.put(source.getKey(), old);
                continue;
            }
            if (registries == null) {
                throw BuildException.of(source.getKey() + " is not locked, and nobody is asked")
                        .hint("without --pull=never its server is asked")
                        .make();
            }
            var checksum = current(source.getValue(), found.lines.get(source.getKey()));
            found.resolved.put(
                    source.getKey(),
                    old != null && old.checksum().equals(checksum)
                            ? old
                            : new LockedSource(
                                    source.getKey(),
                                    checksum,
                                    now.truncatedTo(ChronoUnit.SECONDS)));
        }
        return compared(before, images, found, keepUnused);
    }

    private static String current(OpenSource source, @Nullable SourceLines at)
            throws BuildException, InterruptedException {
        try {
            return source.current();
        } catch (BuildException e) {
            throw BuildException.of(BuildException.messageOf(e))
                    .source(at)
                    .hint(e.hint())
                    .cause(e)
                    .make();
        } catch (IOException e) {
            throw BuildException.of(
                            "cannot fetch " + source.address() + ": " + BuildException.messageOf(e))
                    .source(at)
                    .cause(e)
                    .make();
        }
    }

    /// Compares a lock with the Dockerfile. What its entries of images stand for must be there.
    ///
    /// @param registries asked for what the store does not have; null: nobody is asked
    /// @param keepUnused whether entries that nothing uses are no difference
    public Locked check(DockerfileLock lock, @Nullable Registries registries, boolean keepUnused)
            throws BuildException, InterruptedException {
        var images = new ResolvingImages(registries, lock, _ -> false, true, Instant.EPOCH);
        var found = new Found();
        plan(images, found);
        for (var address : found.sources.keySet()) {
            var entry = lock.source(address);
            if (entry == null) {
                found.missing.add(address);
            } else {
                found.resolved.put(address, entry);
            }
        }
        return compared(lock, images, found, keepUnused);
    }

    /// What the Dockerfile names, without looking for any of it: what only a base's environment or
    /// triggers would name is not found.
    public Names names() throws BuildException, InterruptedException {
        var images = new BlankImages();
        var found = new Found();
        plan(images, found);
        found.images.keySet().retainAll(images.names());
        var places = new HashMap<String, String>();
        found.lines.forEach((address, lines) -> places.put(address, lines.place()));
        return new Names(found.images, found.sources, places);
    }

    /// What the plans of a Dockerfile have, by name.
    private static final class Found {
        final Map<Reference, String> images = new HashMap<>();
        final Map<String, OpenSource> sources = new TreeMap<>();
        final Map<String, SourceLines> lines = new HashMap<>();
        final Map<String, LockedSource> resolved = new TreeMap<>();
        final Set<String> missing = new TreeSet<>();

        void add(Step step) {
            var source = step.source();
            if (source == null) {
                return;
            }
            if (step instanceof Step.Base base && base.image() != null) {
                try {
                    var name = Reference.parse(base.reference()).withDefaultTag();
                    images.putIfAbsent(name, source.place());
                } catch (InvalidReferenceException _) {
                    // from a layout, under a name of the caller's
                }
            }
            var open = step instanceof Step.Origin origin ? origin.files().openSource() : null;
            if (open != null && sources.putIfAbsent(open.address(), open) == null) {
                lines.put(open.address(), source);
            }
        }
    }

    private void plan(ImageSource images, Found found) throws BuildException, InterruptedException {
        for (var use : uses) {
            var request = use.request();
            var dockerfile = DockerfileSource.of(request);
            var source = use.results().isEmpty() ? images : new Results(images, use.results());
            var planner = new Planner(store, dockerfile.parse(), request, source);
            boolean whole = request.target() == null;
            for (var step : whole ? planner.all() : planner.plan().steps()) {
                found.add(step);
            }
        }
    }

    /// Nothing for names that are results of other builds; all others come from where they always
    /// do.
    private record Results(ImageSource others, Set<String> names) implements ImageSource {
        @Override
        public Optional<Image> find(
                Store store, Reference reference, Platform platform, boolean pull)
                throws IOException, InterruptedException {
            var wanted = reference.withDefaultTag().canonical();
            for (var name : names) {
                if (Reference.parse(name).withDefaultTag().canonical().equals(wanted)) {
                    return Optional.of(BlankImages.blank(store, platform));
                }
            }
            return others.find(store, reference, platform, pull);
        }

        @Override
        public String description() {
            return others.description();
        }
    }

    private Locked compared(
            DockerfileLock before, ResolvingImages images, Found found, boolean keepUnused) {
        Set<Reference> names = new TreeSet<>(images.resolved().keySet());
        names.addAll(images.missing());
        before.entries().forEach(entry -> names.add(entry.reference()));
        boolean keeps = keepUnused || uses.stream().anyMatch(use -> use.request().target() != null);
        var entries = new ArrayList<LockEntry>();
        var changes = new ArrayList<Change>();
        for (var name : names) {
            var old = before.find(name);
            var entry = kept(images.resolved().get(name), old, keeps);
            if (entry != null) {
                entries.add(entry);
            }
            var kind = kind(old, entry, images.missing().contains(name));
            changes.add(new Change(kind, name.familiar(), true, entry, found.images.get(name)));
        }
        Set<String> addresses = new TreeSet<>(found.sources.keySet());
        before.sources().forEach(source -> addresses.add(source.address()));
        var sources = new ArrayList<LockedSource>();
        for (var address : addresses) {
            var old = before.source(address);
            var entry = kept(found.resolved.get(address), old, keeps);
            if (entry != null) {
                sources.add(entry);
            }
            var kind = kind(old, entry, found.missing.contains(address));
            var lines = found.lines.get(address);
            var place = lines == null ? null : lines.place();
            changes.add(new Change(kind, address, false, entry, place));
        }
        return new Locked(new DockerfileLock(entries, sources), changes);
    }

    private static <P extends Pin> @Nullable P kept(
            @Nullable P now, @Nullable P old, boolean keeps) {
        return now == null && keeps ? old : now;
    }

    private static Kind kind(@Nullable Pin old, @Nullable Pin now, boolean isMissing) {
        if (isMissing) {
            return Kind.MISSING;
        }
        if (now == null) {
            return Kind.REMOVED;
        }
        return old == null ? Kind.ADDED : now.equals(old) ? Kind.UNCHANGED : Kind.UPDATED;
    }
}
