package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.ImageException;
import dev.slipway.image.Layer;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Sends images of a store to registries: first the blobs that are missing there, several at a
/// time, then manifests, then the name. What the registry has is not sent again, nor what it can
/// take from another of its repositories.
public final class Push {
    private static final int WIDTH = 3;

    /// Each uses all cores.
    private static final int COMPRESSED_AT_ONCE = 2;

    private final Registries registries;
    private final Store store;
    private final Compression compression;
    private final boolean force;
    private final long wholeBytes;
    private final Origins origins;

    /// @param compression of layers that are not compressed
    /// @param force whether all layers are to be compressed so, those that are compressed otherwise
    ///   as well
    public Push(Registries registries, Store store, Compression compression, boolean force) {
        this(registries, store, compression, force, Upload.WHOLE_BYTES);
    }

    Push(
            Registries registries,
            Store store,
            Compression compression,
            boolean force,
            long wholeBytes) {
        this.registries = registries;
        this.store = store;
        this.compression = compression;
        this.force = force;
        this.wholeBytes = wholeBytes;
        this.origins = new Origins(store);
    }

    /// Pushes an image.
    ///
    /// @param target its manifest or index in the store
    /// @param name that it gets there
    /// @param platform to push of an index; null: all that are in the store
    public Pushed push(Descriptor target, Reference name, @Nullable Platform platform)
            throws IOException {
        return push(target, name.withDefaultTag(), platform, false);
    }

    /// Pushes an image that is to have no name, only its digest.
    ///
    /// @param name whose repository counts, and whose digest, if it has one, the image must have
    ///   there
    public Pushed pushByDigest(Descriptor target, Reference name) throws IOException {
        return pushByDigest(target, name, null);
    }

    /// Pushes an image that is to have no name, only its digest.
    ///
    /// @param platform to push of an index; null: all that are in the store
    public Pushed pushByDigest(Descriptor target, Reference name, @Nullable Platform platform)
            throws IOException {
        var to = new Reference(name.registry(), name.repository(), null, name.digest());
        return push(target, to, platform, true);
    }

    private Pushed push(
            Descriptor target, Reference to, @Nullable Platform platform, boolean byDigest)
            throws IOException {
        Repository repository = registries.repository(to);
        PushPlan plan = plan(true);
        Descriptor pushed = plan.plan(target, platform);
        var sent = new HashSet<Digest>();
        if (!plan.uncompressed().isEmpty()) {
            sent.addAll(compress(repository, plan));
            plan = plan(false);
            pushed = plan.plan(target, platform);
        }
        if (to.digest() != null && !to.digest().equals(pushed.digest())) {
            throw new ImageException(
                    "the image would be "
                            + pushed.digest()
                            + " in "
                            + to.registry()
                            + ", not "
                            + to.digest()
                            + ": its layers are compressed there",
                    "Push it with --by-digest, and use the digest that prints.",
                    null);
        }
        String tag = byDigest ? pushed.digest().toString() : String.valueOf(to.tag());
        Optional<Descriptor> before = repository.head(tag);
        if (before.isPresent() && before.get().digest().equals(pushed.digest())) {
            return new Pushed(to, pushed, false);
        }
        send(repository, plan.blobs(), sent);
        put(repository, plan.manifests(), pushed, tag);
        return new Pushed(to, pushed, true);
    }

    /// Makes sure that images may be pushed there, by beginning an upload.
    ///
    /// @param name whose repository counts
    public void checkAccess(Reference name) throws IOException {
        Repository repository = registries.repository(name);
        Repository.Begun upload = repository.startUpload(Digest.sha256(new byte[0]), null);
        if (upload != null) {
            repository.cancelUpload(upload.location());
        }
    }

    /// Sends a layer ahead of an image that will have it: in the form that a push of the image will
    /// look for.
    ///
    /// @param name whose repository counts
    public void pushLayer(Reference name, Layer layer) throws IOException {
        Repository repository = registries.repository(name);
        Descriptor tar = Descriptor.of(MediaTypes.OCI_LAYER, layer.diffId(), layer.size());
        PushPlan plan = plan(true);
        plan.layer(tar, layer.diffId());
        Set<Digest> sent = Set.of();
        if (!plan.uncompressed().isEmpty()) {
            sent = compress(repository, plan);
            plan = plan(false);
            plan.layer(tar, layer.diffId());
        }
        send(repository, plan.blobs(), sent);
    }

    private PushPlan plan(boolean dry) {
        return new PushPlan(store, compression, force, dry, registries.listener());
    }

    /// Compresses the layers that need it, and sends them meanwhile, and all else beside them.
    ///
    /// @return the blobs that are in the registry now
    private Set<Digest> compress(Repository repository, PushPlan plan) throws IOException {
        var sessions = new UploadSessions(store);
        Set<Digest> sent = ConcurrentHashMap.newKeySet();
        var layers = new ArrayList<Parallel.Task>();
        for (Layer each : plan.uncompressed()) {
            layers.add(() -> {
                var upload =
                        new CompressingUpload(repository, each, compression, sessions, wholeBytes);
                CompressingUpload.Result made = upload.run();
                if (!made.isSent()) {
                    store.lease().use(made.blob().digest());
                    send(repository, new StoredBlob(store, made.blob()), sessions);
                }
                sent.add(made.blob().digest());
            });
        }
        var others = new ArrayList<Parallel.Task>();
        for (BlobSource each : plan.blobs()) {
            others.add(() -> {
                send(repository, each, sessions);
                sent.add(each.descriptor().digest());
            });
        }
        Parallel.run(
                2,
                List.of(
                        () -> Parallel.run(COMPRESSED_AT_ONCE, layers),
                        () -> Parallel.run(WIDTH - COMPRESSED_AT_ONCE, others)));
        return sent;
    }

    /// Pushes what is no image: a manifest or index that is made already, with the blobs it names.
    ///
    /// @param raw its bytes
    /// @param stored its blobs that are in the store
    /// @param others its other blobs; what is in neither must be there already
    public Pushed pushManifest(
            Reference name,
            Descriptor descriptor,
            byte[] raw,
            List<Descriptor> stored,
            List<byte[]> others)
            throws IOException {
        Reference to = name.withDefaultTag();
        Repository repository = registries.repository(to);
        var blobs = new ArrayList<BlobSource>();
        for (Descriptor each : stored) {
            store.lease().use(each.digest());
            blobs.add(new StoredBlob(store, each));
        }
        for (byte[] each : others) {
            blobs.add(new SmallBlob(each));
        }
        send(repository, blobs, Set.of());
        put(
                repository,
                List.of(new RemoteManifest(descriptor, raw)),
                descriptor,
                String.valueOf(to.tag()));
        return new Pushed(to, descriptor, true);
    }

    /// @param there blobs that need not be looked for any more
    void send(Repository repository, List<BlobSource> blobs, Set<Digest> there) throws IOException {
        var sessions = new UploadSessions(store);
        var tasks = new ArrayList<Parallel.Task>();
        var digests = new ArrayList<Digest>();
        for (BlobSource blob : blobs) {
            Digest digest = blob.descriptor().digest();
            digests.add(digest);
            if (there.contains(digest)) {
                continue;
            }
            tasks.add(() -> send(repository, blob, sessions));
        }
        if (!tasks.isEmpty()) {
            Parallel.run(WIDTH, tasks);
        }
        origins.add(repository, digests);
    }

    private void send(Repository repository, BlobSource blob, UploadSessions sessions)
            throws IOException {
        List<String> mountable = origins.candidates(repository, blob.descriptor().digest());
        var upload = new Upload(repository, blob, mountable, sessions, wholeBytes);
        TransferListener.Outcome outcome = upload.run();
        registries.listener().finished(blob.descriptor(), outcome);
    }

    static void put(
            Repository repository, List<RemoteManifest> manifests, Descriptor root, String tag)
            throws IOException {
        for (RemoteManifest each : manifests) {
            boolean isRoot = each.descriptor().digest().equals(root.digest());
            String reference = isRoot ? tag : each.descriptor().digest().toString();
            new Publication(repository, each).put(reference);
        }
    }
}
