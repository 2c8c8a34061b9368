package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// How a result becomes images: what a plain build asks nothing of.
///
/// @param annotations for every output that is an image
/// @param provenance what is attested of how the result was made; null: nothing
/// @param attestors what else says something of the result, for each image
/// @param metadataProvenance what the metadata file says of how the result was made; null: nothing
public record Packaging(
        Squash squash,
        List<Annotation> annotations,
        @Nullable ProvenanceOptions provenance,
        List<Attestor> attestors,
        @Nullable ProvenanceOptions metadataProvenance) {
    public Packaging {
        annotations = List.copyOf(annotations);
        attestors = List.copyOf(attestors);
    }
}
