package dev.slipway.build.bake;

import dev.slipway.build.BuildResult;
import dev.slipway.build.ImageSource;
import dev.slipway.image.Image;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// Images that are the results of other targets, under the names of contexts; all others come from
/// where they always do.
///
/// @param linked results by the context's name
record LinkedImages(ImageSource others, Map<String, BuildResult> linked) implements ImageSource {
    @Override
    public Optional<Image> find(Store store, Reference reference, Platform platform, boolean pull)
            throws IOException, InterruptedException {
        var wanted = reference.withDefaultTag().canonical();
        for (var context : linked.entrySet()) {
            if (Reference.parse(context.getKey()).withDefaultTag().canonical().equals(wanted)) {
                var manifest = context.getValue().manifest();
                return Optional.of(Image.load(store, manifest, platform));
            }
        }
        return others.find(store, reference, platform, pull);
    }

    @Override
    public String description() {
        return others.description();
    }
}
