package dev.slipway.build.bake;

import dev.slipway.build.BuildCancelledException;
import dev.slipway.build.BuildRequest;
import dev.slipway.build.BuildResult;
import dev.slipway.build.Builder;
import dev.slipway.build.Cancellation;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;

/// Builds the targets of a plan, those that do not need each other at once.
///
/// They share the store: a step that two of them have is done once. The first failure stops the
/// others.
public final class BakeBuilds {
    /// Makes the request of a target.
    @FunctionalInterface
    public interface Requests {
        /// Called on the thread of the target's build, when the targets it needs are built.
        BuildRequest.Builder of(BakeTarget target) throws Exception;
    }

    private static final String IMAGE = "docker-image://";

    private final Store store;
    private final BakePlan plan;
    private final Requests requests;
    private final Cancellation cancellation;
    private final Semaphore places;
    private final Map<String, CompletableFuture<BuildResult>> results = new ConcurrentHashMap<>();
    private @Nullable Failure first;

    private record Failure(String target, Exception cause) {}

    private BakeBuilds(
            Store store, BakePlan plan, Requests requests, Cancellation cancellation, int atOnce) {
        this.store = store;
        this.plan = plan;
        this.requests = requests;
        this.cancellation = cancellation;
        this.places = new Semaphore(atOnce);
        plan.targets().keySet().forEach(name -> results.put(name, new CompletableFuture<>()));
    }

    /// Builds all targets of `plan`.
    ///
    /// @param cancellation given to every request; used when one fails
    /// @param atOnce how many targets are built at the same time at most
    /// @return the results by target
    /// @throws Exception the first failure, as the build or `requests` threw it
    /// @throws BuildCancelledException if `cancellation` was used from outside
    public static SortedMap<String, BuildResult> run(
            Store store, BakePlan plan, Requests requests, Cancellation cancellation, int atOnce)
            throws Exception {
        return new BakeBuilds(store, plan, requests, cancellation, atOnce).run();
    }

    private SortedMap<String, BuildResult> run() throws Exception {
        var threads = new ArrayList<Thread>();
        for (var target : plan.targets().values()) {
            threads.add(
                    Thread.ofVirtual().name("bake " + target.name()).start(() -> attempt(target)));
        }
        try {
            for (var thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            cancellation.cancel();
            throw e;
        }
        var failure = failure();
        if (failure != null) {
            throw failure.cause();
        }
        var built = new TreeMap<String, BuildResult>();
        for (var result : results.entrySet()) {
            built.put(result.getKey(), result.getValue().get());
        }
        return Collections.unmodifiableSortedMap(built);
    }

    private synchronized @Nullable Failure failure() {
        return first;
    }

    private synchronized void failed(BakeTarget target, Exception cause) {
        // What stops because another failed has nothing to say.
        if (first == null || first.cause() instanceof BuildCancelledException) {
            first = new Failure(target.name(), cause);
        }
    }

    private void attempt(BakeTarget target) {
        var result = java.util.Objects.requireNonNull(results.get(target.name()));
        try {
            result.complete(build(target));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed(target, e);
            result.completeExceptionally(e);
        } catch (ExecutionException e) {
            result.completeExceptionally(e); // a target it needs failed, and said why
        } catch (Exception e) {
            failed(target, e);
            cancellation.cancel();
            result.completeExceptionally(e);
        } catch (Error e) {
            failed(target, new IllegalStateException(e));
            cancellation.cancel();
            result.completeExceptionally(e);
        }
    }

    private BuildResult build(BakeTarget target) throws Exception {
        var linked = new TreeMap<String, BuildResult>();
        for (var context : target.targetContexts().entrySet()) {
            var needed = results.get(context.getValue());
            if (needed != null) {
                linked.put(context.getKey(), needed.get());
            }
        }
        places.acquire(); // not before: a target that waits for another takes no place
        try {
            var request = requests.of(target).cancellation(cancellation);
            if (!linked.isEmpty()) {
                request.images(new LinkedImages(request.build().images(), linked));
                // Named contexts go before stages and images of their name.
                linked.keySet().forEach(name -> request.namedContext(name, IMAGE + name));
            }
            return Builder.build(store, request.build());
        } finally {
            places.release();
        }
    }
}
