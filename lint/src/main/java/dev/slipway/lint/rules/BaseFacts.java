package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Expander;
import dev.slipway.dockerfile.ExpansionException;
import dev.slipway.dockerfile.From;
import dev.slipway.lint.BaseImages;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

/// What the image that a stage comes from, in however many steps, is known to hold.
final class BaseFacts {
    private BaseFacts() {}

    /// Returns the image at the root of a stage; null if it is not known.
    @SuppressWarnings("ReferenceEquality") // without images there is nothing to expand
    static BaseImages.@Nullable Base of(LintFile file, StageModel stage) {
        StageModel root = stage;
        StageModel above = stage.parent();
        while (above != null) {
            root = above;
            above = root.parent();
        }
        From from = root.from();
        if (from == null || file.bases() == BaseImages.NONE || from.image().equals("scratch")) {
            return null;
        }
        Expander expander = new Expander(file.dockerfile().escape());
        var values = ArgumentChecks.defaults(file, expander);
        values.putAll(file.settings().buildArguments());
        try {
            return file.bases().find(expander.expand(from.image(), values::get));
        } catch (ExpansionException e) {
            return null;
        }
    }

    static boolean hasWorkingDirectory(LintFile file, StageModel stage) {
        BaseImages.Base base = of(file, stage);
        return base != null
                && !base.workingDirectory().isEmpty()
                && !base.workingDirectory().equals("/");
    }
}
