package dev.slipway.build;

import dev.slipway.image.FileTree;
import dev.slipway.image.Layer;
import dev.slipway.image.MergedView;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Does a COPY or an ADD: straight from the source tree into a layer, nothing is unpacked.
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
        return write(step, selection, below);
    }

    private Layer write(Step step, CopySelection selection, FileTree below)
            throws BuildException, IOException, InterruptedException {
        try (var layer = shop.store().layers().create()) {
            selection.writeTo(layer, below, shop.latest());
            return layer.seal();
        } catch (CopyException e) {
            throw BuildException.of(BuildException.messageOf(e)).hint(e.hint()).step(step).make();
        }
    }
}
