package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.MediaTypes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Puts one manifest into a repository whose blobs are there. One that refers to another is also
/// entered where registries without the referrers API are looked into: OCI distribution-spec,
/// "Pushing Manifests with Subject".
final class Publication {
    private static final int ATTEMPTS = 5;

    private final Repository repository;
    private final RemoteManifest manifest;

    Publication(Repository repository, RemoteManifest manifest) {
        this.repository = repository;
        this.manifest = manifest;
    }

    void put(String reference) throws IOException {
        Descriptor descriptor = manifest.descriptor();
        boolean kept = repository.put(reference, descriptor.mediaType(), manifest.raw());
        Digest subject = subject();
        if (subject != null && !kept) {
            enter(subject);
        }
    }

    private @Nullable Digest subject() throws IOException {
        Json.Obj subject = Json.parseObject(manifest.raw()).object("subject");
        return subject == null ? null : Digest.parse(subject.requiredText("digest"));
    }

    /// Reads, changes and writes the index of the subject's referrers. Another may do the same at
    /// the same time and conditional requests are not dependable, so it is read again afterwards.
    private void enter(Digest subject) throws IOException {
        String tag = Repository.referrersTag(subject);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<RemoteManifest> index = repository.find(tag);
            List<Json.Obj> entries = new ArrayList<>();
            if (index.isPresent()) {
                entries.addAll(Json.parseObject(index.get().raw()).objects("manifests"));
            }
            if (holds(entries)) {
                return;
            }
            repository.put(tag, MediaTypes.OCI_INDEX, with(entries));
        }
        Optional<RemoteManifest> index = repository.find(tag);
        boolean there =
                index.isPresent()
                        && holds(Json.parseObject(index.get().raw()).objects("manifests"));
        if (!there) {
            throw RegistryException.of(
                    "others keep replacing the list of referrers " + repository.name() + ":" + tag,
                    "Push again.",
                    repository.host().name(),
                    null);
        }
    }

    private boolean holds(List<Json.Obj> entries) throws IOException {
        String wanted = manifest.descriptor().digest().toString();
        for (Json.Obj each : entries) {
            if (wanted.equals(each.text("digest"))) {
                return true;
            }
        }
        return false;
    }

    private byte[] with(List<Json.Obj> entries) throws IOException {
        JsonWriter out =
                JsonWriter.compact()
                        .beginObject()
                        .member("schemaVersion", 2)
                        .member("mediaType", MediaTypes.OCI_INDEX)
                        .name("manifests")
                        .beginArray();
        for (Json.Obj each : entries) {
            out.value(each);
        }
        Json.Obj json = Json.parseObject(manifest.raw());
        Json.Obj config = json.object("config");
        String type = json.text("artifactType", "");
        if (type.isEmpty() && config != null) {
            type = config.text("mediaType", "");
        }
        out.beginObject()
                .member("mediaType", manifest.descriptor().mediaType())
                .member("digest", manifest.descriptor().digest().toString())
                .member("size", manifest.descriptor().size())
                .memberUnlessEmpty("artifactType", type)
                .memberUnlessEmpty("annotations", json.textMap("annotations"))
                .endObject();
        return out.endArray().endObject().toBytes();
    }
}
