package dev.slipway.build;

import dev.slipway.distribution.Pull;
import dev.slipway.distribution.Push;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.RemoteManifest;
import dev.slipway.distribution.Repository;
import dev.slipway.distribution.TransferListener;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Image;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.ImageException;
import dev.slipway.image.Index;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A cache under a name in a registry: one of its own, or one that an image there holds.
final class RegistryCachePlace implements CachePlace {
    private static final int MAX_IMAGES = 64;

    private final Registries registries;
    private final Reference name;
    private final Repository repository;
    private final boolean asIndex;

    private RegistryCachePlace(
            Registries registries, Reference name, Repository repository, boolean asIndex) {
        this.registries = registries;
        this.name = name;
        this.repository = repository;
        this.asIndex = asIndex;
    }

    static RegistryCachePlace open(
            RemoteCaches.RegistryPlace place, Function<TransferListener, Registries> opener)
            throws IOException {
        var name = Reference.parse(place.reference()).withDefaultTag();
        var registries = opener.apply(TransferListener.none());
        if (place.insecure()) {
            registries.allowInsecure();
        }
        return new RegistryCachePlace(
                registries, name, registries.repository(name), place.asIndex());
    }

    @Override
    public String name() {
        return name.familiar();
    }

    @Override
    public Optional<CacheContents> read(Store store) throws IOException {
        var here = local(store);
        Optional<RemoteManifest> found = repository.find(wanted());
        if (found.isEmpty()) {
            return here;
        }
        var there = contents(found.get(), 0);
        return Optional.of(here.isEmpty() ? there : there.with(here.get()));
    }

    private String wanted() {
        var digest = name.digest();
        return digest != null ? digest.toString() : String.valueOf(name.tag());
    }

    /// What an image of this name in the store holds: it may have been pulled before the build.
    private Optional<CacheContents> local(Store store) throws IOException {
        var image = store.images().find(name);
        if (image.isEmpty()) {
            return Optional.empty();
        }
        try {
            var manifest = Image.load(store, image.get(), null).manifest();
            byte[] config = store.blobs().read(manifest.config().digest(), ImageConfig.MAX_BYTES);
            var contents = InlineCache.read(manifest, config);
            return contents.maker() == CacheContents.Maker.SLIPWAY
                    ? Optional.of(contents)
                    : Optional.empty();
        } catch (ImageException _) {
            return Optional.empty(); // of another platform, say: the registry is asked anyway
        }
    }

    private CacheContents contents(RemoteManifest found, int nesting) throws IOException {
        if (found.isIndex()) {
            var index = found.index();
            for (var each : index.manifests()) {
                if (each.mediaType().equals(CacheFormat.CONFIG)) {
                    return CacheContents.of(flat(index, each), repository::smallBlob);
                }
            }
            return ofImages(index, nesting);
        }
        var manifest = found.manifest();
        if (!MediaTypes.isConfig(manifest.config().mediaType())) {
            return CacheContents.of(manifest, repository::smallBlob);
        }
        byte[] config = repository.smallBlob(manifest.config(), ImageConfig.MAX_BYTES);
        return InlineCache.read(manifest, config);
    }

    /// The older form of a cache is an index whose manifests are in truth blobs.
    private static Manifest flat(Index index, Descriptor config) {
        return Manifest.of(index.mediaType(), config, index.manifests(), index.annotations());
    }

    /// The platforms of an image each hold a cache of their own; keys know platforms.
    private CacheContents ofImages(Index index, int nesting) throws IOException {
        var all = new CacheContents(Map.of(), Map.of(), CacheContents.Maker.NONE);
        if (nesting > 0 || index.manifests().size() > MAX_IMAGES) {
            return all;
        }
        for (var each : index.manifests()) {
            if (Index.isAttestation(each)) {
                continue;
            }
            var found = repository.find(each.digest().toString());
            if (found.isPresent()) {
                all = all.with(contents(found.get(), nesting + 1));
            }
        }
        return all;
    }

    @Override
    public void layer(Store store, Descriptor blob, Digest diffId) throws IOException {
        new Pull(registries, store).layer(repository, blob, diffId);
    }

    @Override
    public boolean has(Descriptor blob) throws IOException {
        return repository.hasBlob(blob.digest());
    }

    @Override
    public void write(Store store, CacheOutput cache) throws IOException {
        byte[] config = cache.config();
        byte[] own = cache.own();
        var push = new Push(registries, store, Compression.gzip(), false);
        var others = List.of(config, own);
        if (asIndex) {
            var index = cache.index(config, own);
            push.pushManifest(name, index.descriptor(), index.raw(), cache.stored(), others);
        } else {
            var manifest = cache.manifest(config, own);
            push.pushManifest(name, manifest.descriptor(), manifest.raw(), cache.stored(), others);
        }
    }

    @Override
    public void close() {
        registries.close();
    }
}
