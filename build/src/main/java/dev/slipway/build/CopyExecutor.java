package dev.slipway.build;

import dev.slipway.image.FileTree;
import dev.slipway.image.Layer;
import dev.slipway.image.LayerWriter;
import dev.slipway.image.MergedView;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Does a COPY or an ADD: straight from the source tree into a layer, nothing is unpacked. What it
/// has in common with the layer it made last time comes from there, without opening a file.
final class CopyExecutor implements Workshop.Executor {
    private final Workshop shop;

    CopyExecutor(Workshop shop) {
        this.shop = shop;
    }

    @Override
    public Layer execute(Workshop.Job job)
            throws BuildException, IOException, InterruptedException {
        var step = (Step.Copy) job.step();
        try (var written = shop.ahead().take(step)) {
            if (written != null) {
                return written.seal();
            }
        }
        var spec = step.spec();
        var parts = new ArrayList<CopySelection>(step.parts().size());
        for (var part : step.parts()) {
            var from = part.from();
            var use = ContextUse.of(part);
            parts.add(
                    from == null || part.isOfContext()
                            ? shop.sources().fromContext(step, use)
                            : shop.sources().fromStep(step, use, job.views().tree(from)));
        }
        var selection =
                parts.size() == 1
                        ? parts.getFirst()
                        : new JoinedSelection(spec, parts, shop.store().home().resolve("tmp"));
        var below = spec.link() ? MergedView.of(List.of()) : shop.view(job.below());
        try (var layer = fill(shop, step, selection, below)) {
            return layer.seal();
        } catch (CopyException e) {
            throw BuildException.of(BuildException.messageOf(e)).hint(e.hint()).step(step).make();
        }
    }

    /// Writes what `selection` copies, and does not seal it.
    static LayerWriter fill(Workshop shop, Step.Copy step, CopySelection selection, FileTree below)
            throws CopyException, IOException, InterruptedException {
        var layers = shop.store().layers();
        var earlier = shop.earlierLayer(step);
        var layer = earlier == null ? layers.create() : layers.createLike(earlier);
        boolean filled = false;
        try {
            selection.writeTo(layer, below, shop.latest());
            filled = true;
            return layer;
        } finally {
            if (!filled) {
                layer.close();
            }
        }
    }
}
