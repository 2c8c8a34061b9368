package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.ImageException;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// The manifest that holds what is attested of an image, as BuildKit lays it out: BuildKit's
/// `docs/attestations/attestation-storage.md`. It stands in the index behind the images.
final class AttestationManifest {
    private static final String IN_TOTO = "application/vnd.in-toto+json";
    private static final String ARTIFACT = "application/vnd.docker.attestation.manifest.v1+json";
    private static final String PREDICATE_TYPE = "in-toto.io/predicate-type";
    private static final String REFERENCE_TYPE = "vnd.docker.reference.type";
    private static final String REFERENCE_DIGEST = "vnd.docker.reference.digest";
    private static final byte[] EMPTY = {'{', '}'};
    private static final String EMPTY_BASE64 = "e30=";

    private final Store store;
    private final boolean artifact;
    private final boolean dockerTypes;

    /// @param artifact whether it refers to its image as an OCI artifact; else it is an image
    ///   manifest whose configuration says nothing
    AttestationManifest(Store store, boolean artifact, boolean dockerTypes) {
        this.store = store;
        this.artifact = artifact && !dockerTypes;
        this.dockerTypes = dockerTypes;
    }

    /// Puts the manifest into the store.
    ///
    /// @param image what is spoken of
    /// @param names of the image; may be empty
    /// @return its entry in the index
    Descriptor put(
            Descriptor image, Platform platform, List<Reference> names, List<Attestation> said)
            throws ImageException {
        var subjects = subjects(image.digest(), platform, names);
        var layers = new ArrayList<Descriptor>();
        for (var attestation : said) {
            var bytes = attestation.statement(subjects, JsonWriter.compact());
            layers.add(
                    Descriptor.of(IN_TOTO, store.blobs().put(bytes), bytes.length)
                            .withAnnotation(PREDICATE_TYPE, attestation.predicateType()));
        }
        var manifest = artifact ? artifact(image, layers) : plain(layers);
        var annotations = new TreeMap<String, String>();
        annotations.put(REFERENCE_TYPE, "attestation-manifest");
        annotations.put(REFERENCE_DIGEST, image.digest().toString());
        return new Descriptor(
                dockerTypes ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST,
                store.blobs().put(manifest),
                manifest.length,
                Platform.of("unknown", "unknown"),
                annotations);
    }

    private static List<Attestation.Subject> subjects(
            Digest image, Platform platform, List<Reference> names) {
        var subjects = new ArrayList<Attestation.Subject>();
        for (var name : names) {
            subjects.add(
                    new Attestation.Subject(PackageUrl.ofImage("docker", name, platform), image));
        }
        if (subjects.isEmpty()) {
            subjects.add(new Attestation.Subject("_", image));
        }
        return subjects;
    }

    private byte[] artifact(Descriptor image, List<Descriptor> layers) throws ImageException {
        var config = store.blobs().put(EMPTY);
        var out = JsonWriter.compact().beginObject().member("schemaVersion", 2);
        out.member("mediaType", MediaTypes.OCI_MANIFEST).member("artifactType", ARTIFACT);
        out.name("config").beginObject();
        out.member("mediaType", MediaTypes.OCI_EMPTY).member("digest", config.toString());
        out.member("size", EMPTY.length).member("data", EMPTY_BASE64).endObject();
        layers(out, layers);
        Descriptor.of(image.mediaType(), image.digest(), image.size()).write(out.name("subject"));
        return out.endObject().toBytes();
    }

    /// The older form: readers that know nothing of artifacts find an image's configuration.
    private byte[] plain(List<Descriptor> layers) throws ImageException {
        var config = JsonWriter.compact().beginObject();
        config.member("architecture", "unknown").member("os", "unknown");
        config.name("config").beginObject().endObject();
        config.name("rootfs").beginObject().member("type", "layers").name("diff_ids").beginArray();
        for (var layer : layers) {
            config.value(layer.digest().toString());
        }
        var raw = config.endArray().endObject().endObject().toBytes();
        var out = JsonWriter.compact().beginObject().member("schemaVersion", 2);
        out.member("mediaType", dockerTypes ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST);
        var type = dockerTypes ? MediaTypes.DOCKER_CONFIG : MediaTypes.OCI_CONFIG;
        Descriptor.of(type, store.blobs().put(raw), raw.length).write(out.name("config"));
        layers(out, layers);
        return out.endObject().toBytes();
    }

    private static void layers(JsonWriter out, List<Descriptor> layers) {
        out.name("layers").beginArray();
        for (var layer : layers) {
            layer.write(out);
        }
        out.endArray();
    }
}
