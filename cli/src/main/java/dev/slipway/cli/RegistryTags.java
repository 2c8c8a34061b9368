package dev.slipway.cli;

import dev.slipway.distribution.Registries;
import dev.slipway.distribution.RegistryException;
import dev.slipway.distribution.RemoteManifest;
import dev.slipway.distribution.Repository;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.Index;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Reference;
import dev.slipway.pipeline.ExistingTags;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tags that images have in their registries: a list for each image, a HEAD for each tag that
/// is planned, and at most three small requests for the version of each image that such a tag
/// stands for. Used by one thread.
final class RegistryTags implements ExistingTags {
    private static final String VERSION = "org.opencontainers.image.version";
    private static final int NOT_FOUND = 404;

    private final Registries registries;
    private final Map<String, Optional<Digest>> digests = new HashMap<>();
    private final Map<String, Optional<String>> versions = new HashMap<>();

    /// @param registries not closed by this
    RegistryTags(Registries registries) {
        this.registries = registries;
    }

    @Override
    public List<String> names(String image) throws IOException {
        try {
            return registries.repository(Reference.parse(image)).tags();
        } catch (RegistryException e) {
            if (e.status() == NOT_FOUND) {
                return List.of(); // nothing was pushed there yet
            }
            throw e;
        }
    }

    @Override
    public @Nullable String digest(String image, String tag) throws IOException {
        Optional<Digest> digest = find(image, tag);
        return digest.isEmpty() ? null : digest.get().toString();
    }

    private Optional<Digest> find(String image, String tag) throws IOException {
        Reference name = Reference.parse(image).withTag(tag);
        Optional<Digest> known = digests.get(name.canonical());
        if (known == null) {
            known = registries.repository(name).head(tag).map(Descriptor::digest);
            digests.put(name.canonical(), known);
        }
        return known;
    }

    @Override
    public @Nullable String version(String image, String tag) throws IOException {
        Optional<Digest> digest = find(image, tag);
        if (digest.isEmpty()) {
            return null;
        }
        Reference name = Reference.parse(image);
        String key = name.name() + "@" + digest.get();
        Optional<String> known = versions.get(key);
        if (known == null) {
            known = Optional.ofNullable(read(registries.repository(name), digest.get()));
            versions.put(key, known);
        }
        return known.orElse(null);
    }

    /// What an index says of itself, else the first of its images by annotation or label.
    private static @Nullable String read(Repository repository, Digest digest) throws IOException {
        Optional<RemoteManifest> found = repository.find(digest.toString());
        if (found.isEmpty()) {
            return null;
        }
        RemoteManifest manifest = found.get();
        if (!manifest.isIndex()) {
            return ofImage(repository, manifest);
        }
        Index index = manifest.index();
        String said = index.annotations().get(VERSION);
        if (said != null) {
            return said;
        }
        for (Descriptor each : index.manifests()) {
            if (!Index.isAttestation(each) && MediaTypes.isManifest(each.mediaType())) {
                Optional<RemoteManifest> image = repository.find(each.digest().toString());
                return image.isEmpty() ? null : ofImage(repository, image.get());
            }
        }
        return null;
    }

    private static @Nullable String ofImage(Repository repository, RemoteManifest manifest)
            throws IOException {
        String said = manifest.manifest().annotations().get(VERSION);
        Descriptor config = manifest.manifest().config();
        if (said != null || !MediaTypes.isConfig(config.mediaType())) {
            return said;
        }
        byte[] raw = repository.smallBlob(config, ImageConfig.MAX_BYTES);
        return ImageConfig.parse(raw).config().labels().get(VERSION);
    }
}
