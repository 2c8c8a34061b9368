package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.ImageException;
import dev.slipway.image.Index;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/// Copies images from registry to registry: bytes pass through and touch no disk; what the target
/// has, or can take from its neighbour, does not even do that. Manifests stay byte for byte.
public final class Copy {
    private static final int WIDTH = 3;
    private static final int MAX_NESTING = 6;

    private final Registries registries;
    private final boolean referrers;

    /// @param referrers whether what refers to an image (signatures, attestations) is copied too
    public Copy(Registries registries, boolean referrers) {
        this.registries = registries;
        this.referrers = referrers;
    }

    /// Copies an image.
    ///
    /// @param platform to take of an index; null: the whole index
    public Pushed copy(Reference from, Reference to, @Nullable Platform platform)
            throws IOException {
        Repository source = registries.repository(from);
        Repository target = registries.repository(to);
        RemoteManifest root = resolve(source, from);
        if (platform != null && root.isIndex()) {
            Optional<Descriptor> chosen = root.index().select(platform);
            if (chosen.isEmpty()) {
                throw new ImageException(from.familiar() + " is not there for " + platform);
            }
            root = child(source, chosen.get().digest());
        }
        Reference name = to.withDefaultTag();
        Digest digest = name.digest();
        String tag = digest == null ? String.valueOf(name.tag()) : digest.toString();
        Optional<Descriptor> before = target.head(tag);
        boolean same =
                before.isPresent() && before.get().digest().equals(root.descriptor().digest());
        if (!same || referrers) {
            copy(source, target, root, tag, new HashSet<>(), 0);
        }
        return new Pushed(name, root.descriptor(), !same);
    }

    private static RemoteManifest resolve(Repository source, Reference name) throws IOException {
        Reference full = name.withDefaultTag();
        Digest digest = full.digest();
        String wanted = digest == null ? String.valueOf(full.tag()) : digest.toString();
        Optional<RemoteManifest> found = source.find(wanted);
        if (found.isPresent()) {
            return found.get();
        }
        throw new RegistryException(
                "there is no image " + full.familiar() + " in " + full.registry(),
                null,
                full.registry(),
                404,
                "MANIFEST_UNKNOWN",
                null);
    }

    private static RemoteManifest child(Repository source, Digest digest) throws IOException {
        Optional<RemoteManifest> found = source.find(digest.toString());
        if (found.isEmpty()) {
            throw RegistryException.of(
                    source.name() + " lacks the manifest " + digest,
                    null,
                    source.host().name(),
                    null);
        }
        return found.get();
    }

    private void copy(
            Repository source,
            Repository target,
            RemoteManifest manifest,
            String reference,
            Set<Digest> done,
            int nesting)
            throws IOException {
        Digest digest = manifest.descriptor().digest();
        if (!done.add(digest)) {
            return;
        }
        if (nesting > MAX_NESTING) {
            throw new ImageException("the manifests of " + source.name() + " nest too deep");
        }
        if (manifest.isIndex()) {
            for (Descriptor each : manifest.index().manifests()) {
                RemoteManifest child = child(source, each.digest());
                copy(source, target, child, each.digest().toString(), done, nesting + 1);
            }
        } else {
            blobs(source, target, manifest.manifest());
        }
        new Publication(target, manifest).put(reference);
        if (referrers) {
            for (Descriptor each : source.referrers(digest, "")) {
                RemoteManifest referrer = child(source, each.digest());
                copy(source, target, referrer, each.digest().toString(), done, nesting + 1);
            }
        }
    }

    private void blobs(Repository source, Repository target, Manifest manifest) throws IOException {
        var blobs = new ArrayList<>(manifest.layers());
        blobs.add(manifest.config());
        boolean neighbours = source.host().name().equals(target.host().name());
        List<String> mountable = neighbours ? List.of(source.path()) : List.of();
        var tasks = new ArrayList<Parallel.Task>();
        var seen = new HashSet<Digest>();
        for (Descriptor blob : blobs) {
            if (seen.add(blob.digest()) && !MediaTypes.isForeignLayer(blob.mediaType())) {
                tasks.add(() -> {
                    var from = new RemoteBlob(source, blob);
                    var upload = new Upload(target, from, mountable, null, Upload.WHOLE_BYTES);
                    registries.listener().finished(blob, upload.run());
                });
            }
        }
        Parallel.run(WIDTH, tasks);
    }

    /// A blob of another registry; the target verifies it.
    private record RemoteBlob(Repository source, Descriptor descriptor) implements BlobSource {
        @Override
        public InputStream open(long from) {
            return new ResumingInput(source, descriptor, from, TransferListener.none());
        }
    }

    /// Makes an index of images, which are copied to its repository where they are elsewhere.
    ///
    /// @param sources manifests, or indexes whose manifests are taken over; each manifest once
    public Pushed createIndex(
            Reference to, List<Reference> sources, SortedMap<String, String> annotations)
            throws IOException {
        Repository target = registries.repository(to);
        var entries = new LinkedHashMap<Digest, Descriptor>();
        for (Reference name : sources) {
            Repository source = registries.repository(name);
            RemoteManifest manifest = resolve(source, name);
            Digest digest = manifest.descriptor().digest();
            copy(source, target, manifest, digest.toString(), new HashSet<>(), 0);
            if (manifest.isIndex()) {
                for (Descriptor each : manifest.index().manifests()) {
                    entries.putIfAbsent(each.digest(), each);
                }
            } else {
                Descriptor entry = manifest.descriptor();
                entries.putIfAbsent(digest, entry.withPlatform(platform(source, manifest)));
            }
        }
        Index index = Index.of(MediaTypes.OCI_INDEX, List.copyOf(entries.values()), annotations);
        Descriptor descriptor = index.descriptor();
        String tag = String.valueOf(to.withDefaultTag().tag());
        new Publication(target, new RemoteManifest(descriptor, index.raw())).put(tag);
        return new Pushed(to.withDefaultTag(), descriptor, true);
    }

    private static @Nullable Platform platform(Repository source, RemoteManifest manifest)
            throws IOException {
        Descriptor config = manifest.manifest().config();
        if (!MediaTypes.isConfig(config.mediaType())) {
            return null;
        }
        return ImageConfig.parse(source.smallBlob(config, ImageConfig.MAX_BYTES)).platform();
    }
}
