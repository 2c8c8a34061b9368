package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/// Asks registries what is newer than what is in use: what a tag stands for now, and the tags that
/// follow it in its series. Two requests an image (more if a repository has thousands of tags),
/// none of which counts as a pull. Registries are asked at once, each by one request at a time; one
/// that cannot be reached is asked no further and spoils nothing for the others.
public final class Updates {
    private static final int WIDTH = 4;
    private static final int NOT_FOUND = 404;

    private final Registries registries;

    public Updates(Registries registries) {
        this.registries = registries;
    }

    /// What is known of one image.
    ///
    /// @param current what its tag stands for now; null: nothing, or not known
    /// @param newer tags of the series, the newest of each level
    /// @param failure why something is not known; null: all is
    public record Update(
            @Nullable Digest current,
            SortedMap<TagSeries.Level, String> newer,
            @Nullable IOException failure) {}

    /// Asks about each of `names`; those without tag stand for one image for ever.
    ///
    /// @return in the order of `names`, each once
    /// @throws InterruptedIOException if this thread is interrupted
    public Map<Reference, Update> find(Collection<Reference> names) throws IOException {
        var hosts = new LinkedHashMap<String, List<Reference>>();
        for (Reference name : names) {
            hosts.computeIfAbsent(name.registry(), _ -> new ArrayList<>()).add(name);
        }
        var found = Collections.synchronizedMap(new HashMap<Reference, Update>());
        var tasks = new ArrayList<Parallel.Task>();
        for (List<Reference> ofHost : hosts.values()) {
            tasks.add(() -> ask(ofHost, found));
        }
        if (!tasks.isEmpty()) {
            Parallel.run(WIDTH, tasks);
        }
        var inOrder = new LinkedHashMap<Reference, Update>();
        for (Reference name : names) {
            Update update = found.get(name);
            if (update != null) {
                inOrder.put(name, update);
            }
        }
        return inOrder;
    }

    private void ask(List<Reference> names, Map<Reference, Update> found) throws IOException {
        RegistryException unreachable = null;
        for (Reference name : names) {
            Update update =
                    unreachable == null
                            ? ask(name)
                            : new Update(null, Collections.emptySortedMap(), unreachable);
            found.put(name, update);
            if (update.failure() instanceof RegistryException e && e.status() == 0) {
                unreachable = e;
            }
        }
    }

    private Update ask(Reference name) throws IOException {
        String tag = name.withDefaultTag().tag();
        if (tag == null) {
            return new Update(null, Collections.emptySortedMap(), null);
        }
        Digest current = null;
        try {
            Optional<Descriptor> now = registries.resolve(name.withTag(tag));
            current = now.isEmpty() ? null : now.get().digest();
            return new Update(current, TagSeries.newer(tag, tags(name)), null);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            return new Update(current, Collections.emptySortedMap(), e);
        }
    }

    private List<String> tags(Reference name) throws IOException {
        try {
            return registries.repository(name).tags();
        } catch (RegistryException e) {
            if (e.status() == NOT_FOUND) {
                return List.of(); // the repository went with its last tag
            }
            throw e;
        }
    }
}
