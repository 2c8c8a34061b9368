package dev.slipway.build;

import dev.slipway.image.FileTree;
import dev.slipway.image.Layer;
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
        return write(job, selection, below);
    }

    private Layer write(Workshop.Job job, CopySelection selection, FileTree below)
            throws BuildException, IOException, InterruptedException {
        var layers = shop.store().layers();
        var earlier = shop.earlierLayer(job.step());
        try (var layer = earlier == null ? layers.create() : layers.createLike(earlier)) {
            selection.writeTo(layer, below, shop.latest());
            return layer.seal();
        } catch (CopyException e) {
            throw BuildException.of(BuildException.messageOf(e))
                    .hint(e.hint())
                    .step(job.step())
                    .make();
        }
    }
}
