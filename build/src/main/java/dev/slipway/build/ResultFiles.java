package dev.slipway.build;

import dev.slipway.image.JsonWriter;
import dev.slipway.image.MediaTypes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes what `--iidfile` and `--metadata-file` ask for.
final class ResultFiles {
    private final BuildRequest request;

    ResultFiles(BuildRequest request) {
        this.request = request;
    }

    /// @param attestations null if the metadata file is not asked for
    void write(BuildResult result, @Nullable Attestations attestations)
            throws BuildException, IOException, InterruptedException {
        var imageId = request.imageIdFile();
        if (imageId != null) {
            write(imageId, result.imageId().toString());
        }
        var metadata = request.metadataFile();
        if (metadata != null) {
            write(metadata, metadata(result, attestations));
        }
    }

    private static void write(Path file, String text) throws BuildException {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw BuildException.io("cannot write " + file, e);
        }
    }

    /// The keys of buildx.
    private String metadata(BuildResult result, @Nullable Attestations attestations)
            throws IOException, InterruptedException {
        var json = JsonWriter.indented(2).beginObject();
        if (attestations != null) {
            provenance(json, attestations.forMetadata());
        }
        json.member("buildx.build.ref", result.buildId());
        if (!MediaTypes.isIndex(result.manifest().mediaType())) {
            json.member("containerimage.config.digest", result.imageId().toString());
        }
        json.name("containerimage.descriptor");
        result.manifest().write(json);
        json.member("containerimage.digest", result.manifest().digest().toString());
        if (!result.names().isEmpty()) {
            json.member("image.name", String.join(",", result.names()));
        }
        return json.endObject() + "\n";
    }

    private void provenance(JsonWriter json, List<Attestation> said) {
        var platforms = request.platforms();
        for (int i = 0; i < said.size(); i++) {
            var of = said.size() > 1 ? "/" + platforms.get(i) : "";
            said.get(i).predicate().write(json.name("buildx.build.provenance" + of));
        }
    }
}
