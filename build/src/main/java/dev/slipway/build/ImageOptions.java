package dev.slipway.build;

import dev.slipway.image.compress.Compression;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// How an output writes an image.
///
/// @param compression of the layers; null: as the store has them
/// @param forceCompression whether layers of the base that are compressed already are compressed
///   anew
/// @param rewriteTimestamp whether no file of a new layer may be later than `SOURCE_DATE_EPOCH`,
///   which is so anyway: asked for without such a time it is worth a warning
/// @param ociMediaTypes whether manifests are OCI's and not Docker's; null: what suits the rest
/// @param ociArtifact whether attestations are artifacts that refer to their image; else they are
///   manifests of the old form
/// @param canonicalName whether the image is also named by its digest
public record ImageOptions(
        @Nullable Compression compression,
        boolean forceCompression,
        boolean rewriteTimestamp,
        @Nullable Boolean ociMediaTypes,
        boolean ociArtifact,
        boolean canonicalName,
        List<Annotation> annotations) {
    /// Nothing special.
    public static final ImageOptions PLAIN =
            new ImageOptions(null, false, false, null, true, false, List.of());

    public ImageOptions {
        annotations = List.copyOf(annotations);
    }

    /// The same, but compressed with gzip if nothing is said of compression.
    ImageOptions compressed() {
        return compression != null
                ? this
                : new ImageOptions(
                        Compression.gzip(),
                        forceCompression,
                        rewriteTimestamp,
                        ociMediaTypes,
                        ociArtifact,
                        canonicalName,
                        annotations);
    }

    /// Whether manifests are to be of Docker's types: asked for, and nothing else needs OCI's.
    boolean usesDockerTypes() {
        return Boolean.FALSE.equals(ociMediaTypes);
    }
}
