package dev.slipway.build;

import dev.slipway.image.JsonWriter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes what `--iidfile` and `--metadata-file` ask for.
final class ResultFiles {
    private final BuildRequest request;

    ResultFiles(BuildRequest request) {
        this.request = request;
    }

    void write(BuildResult result) throws BuildException {
        var imageId = request.imageIdFile();
        if (imageId != null) {
            write(imageId, result.imageId().toString());
        }
        var metadata = request.metadataFile();
        if (metadata != null) {
            write(metadata, metadata(result));
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
    private static String metadata(BuildResult result) {
        var json = JsonWriter.indented(2).beginObject();
        json.member("buildx.build.ref", result.buildId());
        json.member("containerimage.config.digest", result.imageId().toString());
        json.name("containerimage.descriptor");
        result.manifest().write(json);
        json.member("containerimage.digest", result.manifest().digest().toString());
        if (!result.names().isEmpty()) {
            json.member("image.name", String.join(",", result.names()));
        }
        return json.endObject() + "\n";
    }
}
