package dev.slipway.build;

import dev.slipway.distribution.RegistryException;
import dev.slipway.image.Digest;
import dev.slipway.image.Layer;
import dev.slipway.image.Reference;
import dev.slipway.image.compress.Compression;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Sends the layers of an image that is to be pushed while later steps are still being made. What
/// comes of it is only that the push at the end finds them there: no name is given, and what goes
/// wrong on the way the push tries again. That this user may not push there is told before the
/// first step.
final class EarlyPush implements AutoCloseable {
    private static final int AT_ONCE = 2;
    private static final long LOOK_MILLIS = 100;

    private final Workshop shop;
    private final Reference name;
    private final Publisher.Ahead ahead;
    private final Set<Step> steps = new HashSet<>();
    private final Set<Digest> seen = new HashSet<>();
    private final Set<Snapshot> results = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable ExecutorService threads;

    private EarlyPush(Workshop shop, Reference name, Publisher.Ahead ahead) {
        this.shop = shop;
        this.name = name;
        this.ahead = ahead;
    }

    /// Null if nothing is pushed whose layers are known before the end.
    static @Nullable EarlyPush of(Workshop shop, BuildPlan plan) throws IOException {
        var request = shop.request();
        var publisher = request.publisher();
        var packaging = request.packaging();
        boolean squashes = packaging != null && packaging.squash() != Squash.NONE;
        if (publisher == null || squashes) {
            return null;
        }
        for (var output : request.outputs()) {
            if (!(output instanceof Output.Image image) || image.push() == null) {
                continue;
            }
            var options = image.options().compressed();
            var compression = options.compression();
            var names = Exports.references(request, image.names());
            if (names.isEmpty() || compression == null || options.forceCompression()) {
                continue;
            }
            var ahead = begin(shop, publisher, names, compression, image.push());
            if (ahead != null) {
                var early = new EarlyPush(shop, names.getFirst(), ahead);
                for (var target : plan.targets()) {
                    for (Step at = target.step(); at != null; at = at.below()) {
                        early.steps.add(at);
                    }
                }
                return early;
            }
        }
        return null;
    }

    private static Publisher.@Nullable Ahead begin(
            Workshop shop,
            Publisher publisher,
            List<Reference> names,
            Compression compression,
            Output.Push push) {
        var progress = new PushProgress(shop.events());
        return publisher.ahead(shop.store(), names.getFirst(), compression, push, progress);
    }

    /// Called before the first step is made.
    ///
    /// @throws BuildException if this user may not push there
    void begin() throws BuildException {
        try {
            ahead.check();
        } catch (RegistryException e) {
            if (e.status() == 401 || e.status() == 403) {
                throw BuildException.of("nothing was built: " + BuildException.messageOf(e))
                        .hint(e.hint())
                        .cause(e)
                        .make();
            }
            shop.events().warn(name.familiar() + " may not be pushed: " + e.getMessage());
        } catch (IOException e) {
            shop.events().warn(name.familiar() + " may not be pushed: " + e.getMessage());
        }
        threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory());
    }

    /// Takes note of a step's result, whose layers may be sent.
    void solved(Step step, Snapshot result) {
        var running = threads;
        if (running == null || !steps.contains(step)) {
            return;
        }
        try {
            for (var layer : shop.layers(unseen(result))) {
                if (isNew(layer)) {
                    var _ =
                            running.submit(() -> {
                                ahead.push(layer);
                                return layer;
                            });
                }
            }
        } catch (IOException | BuildException _) {
            // Whoever needs the layer says what is wrong with it.
        }
    }

    /// The layers of a result, bottom first, without those of what it stands on if that was sent.
    private synchronized List<Digest> unseen(Snapshot result) {
        var found = new ArrayDeque<Digest>();
        for (var at = result; at != null && results.add(at); at = at.below()) {
            if (at.below() == null) {
                at.base().reversed().forEach(found::addFirst);
            } else if (at.last().diffId() != null) {
                found.addFirst(at.last().diffId());
            }
        }
        return List.copyOf(found);
    }

    private synchronized boolean isNew(Layer layer) {
        return seen.add(layer.diffId());
    }

    /// Waits for what is under way: the push that follows needs it.
    void finish() throws BuildCancelledException, InterruptedException {
        var running = threads;
        if (running == null) {
            return;
        }
        running.shutdown();
        while (!running.awaitTermination(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            shop.request().cancellation().check();
        }
    }

    /// Stops what is under way.
    @Override
    public void close() {
        var running = threads;
        if (running != null) {
            running.shutdownNow();
            running.close();
        }
        ahead.close();
    }
}
