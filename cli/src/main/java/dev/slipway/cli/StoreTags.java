package dev.slipway.cli;

import dev.slipway.image.NamedImage;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;
import dev.slipway.pipeline.ExistingTags;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The tags that images have in the store.
///
/// @param store not closed by this
record StoreTags(Store store) implements ExistingTags {
    @Override
    public List<String> names(String image) throws IOException {
        String wanted = Reference.parse(image).name();
        List<String> names = new ArrayList<>();
        for (NamedImage named : store.images().list()) {
            Reference name = named.name();
            if (name != null && name.tag() != null && name.name().equals(wanted)) {
                names.add(name.tag());
            }
        }
        return names;
    }

    @Override
    public @Nullable String digest(String image, String tag) throws IOException {
        return store.images()
                .find(Reference.parse(image).withTag(tag))
                .map(descriptor -> descriptor.digest().toString())
                .orElse(null);
    }
}
