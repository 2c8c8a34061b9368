package dev.slipway.pipeline;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/// The tags an image already has, in a registry or a store.
public interface ExistingTags {
    /// All of them, in any order.
    List<String> names(String image) throws IOException, InterruptedException;

    /// The digest a tag points to; null if there is no such tag.
    @Nullable String digest(String image, String tag) throws IOException, InterruptedException;

    /// The version that the image of a tag says it is, by `org.opencontainers.image.version`; null
    /// if it says none.
    default @Nullable String version(String image, String tag)
            throws IOException, InterruptedException {
        return null;
    }

    /// There are none.
    static ExistingTags none() {
        return new ExistingTags() {
            @Override
            public List<String> names(String image) {
                return List.of();
            }

            @Override
            public @Nullable String digest(String image, String tag) {
                return null;
            }
        };
    }
}
