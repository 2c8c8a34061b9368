package dev.slipway.build;

import dev.slipway.image.LayerWriter;
import dev.slipway.image.MergedView;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Copies large files while their digest is taken for the key of a COPY, so that they are read
/// once. That is done where hardly anything can come of the key but a miss: the cache may not be
/// asked, or the step was never built before. If the result is found nevertheless, the copy was
/// made in vain, and is dropped. Thread-safe.
final class CopyAhead implements Keys.Ahead, AutoCloseable {
    private final Workshop shop;
    private final Map<Step, Written> written = new ConcurrentHashMap<>();

    CopyAhead(Workshop shop) {
        this.shop = shop;
    }

    private record Written(LayerWriter layer, long nanos) {}

    @Override
    public void of(Step step) throws BuildException, InterruptedException {
        if (!(step instanceof Step.Copy copy) || !isReady(copy) || !isNew(copy)) {
            return;
        }
        var selection = shop.sources().fromContext(step, ContextUse.of(copy.parts().getFirst()));
        if (selection instanceof FileSelection files && files.isMuchUnread()) {
            long start = System.nanoTime();
            try {
                var layer = CopyExecutor.fill(shop, copy, selection, below(copy));
                written.put(step, new Written(layer, System.nanoTime() - start));
            } catch (CopyException | IOException _) {
                return; // it will fail again where the step is made, and be told then
            }
        }
    }

    /// Whether all that the layer depends on is there: what lies below decides about directories.
    private static boolean isReady(Step.Copy copy) {
        return copy.parts().size() == 1
                && copy.parts().getFirst().from() == null
                && (copy.spec().link() || copy.below() instanceof Step.Base);
    }

    private boolean isNew(Step.Copy copy) {
        return copy.header().noCache()
                || (shop.earlierLayer(copy) == null && shop.request().caches() == null);
    }

    private dev.slipway.image.FileTree below(Step.Copy copy) throws IOException, BuildException {
        return !copy.spec().link() && copy.below() instanceof Step.Base base
                ? shop.view(Snapshot.of(base.diffIds()))
                : MergedView.of(java.util.List.of());
    }

    /// The layer of `step`, to be sealed or closed; null if it was not written.
    @Nullable LayerWriter take(Step step) {
        var found = written.remove(step);
        return found == null ? null : found.layer;
    }

    /// How long the layer of `step` took, if it is here.
    long nanos(Step step) {
        var found = written.get(step);
        return found == null ? 0 : found.nanos;
    }

    /// Drops what was not taken.
    @Override
    public void close() throws IOException {
        for (var step : written.keySet()) {
            var layer = take(step);
            if (layer != null) {
                layer.close();
            }
        }
    }
}
