package dev.slipway.distribution;

import dev.slipway.distribution.http.SilentHostException;
import dev.slipway.image.BlobWriter;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Image;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.ImageException;
import dev.slipway.image.Index;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;
import dev.slipway.image.StoreException;
import dev.slipway.image.compress.DecompressionException;
import dev.slipway.image.tar.TarException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Brings images from registries into a store: only the blobs that are missing, several at a time,
/// each read once from the network to its verified place. Nothing is unpacked. A pull that breaks
/// off leaves what it has for the next one, and never a name.
public final class Pull {
    private static final int WIDTH = 3;
    private static final int CONTENT_ATTEMPTS = 3;
    private static final int MAX_NESTING = 4;

    private final Registries registries;
    private final Store store;
    private final TransferListener listener;
    private final Origins origins;

    public Pull(Registries registries, Store store) {
        this.registries = registries;
        this.store = store;
        this.listener = registries.listener();
        this.origins = new Origins(store);
    }

    /// Pulls an image and names it in the store.
    ///
    /// @param platform to take of an index; null: this machine's
    /// @throws RegistryException if it cannot be had
    public Pulled pull(Reference name, @Nullable Platform platform) throws IOException {
        return pull(name, platform == null ? Platform.host() : platform, false);
    }

    /// Pulls an image with all its platforms and attestations, and names it in the store.
    public Pulled pullAll(Reference name) throws IOException {
        return pull(name, null, true);
    }

    private Pulled pull(Reference given, @Nullable Platform platform, boolean all)
            throws IOException {
        Reference name = given.withDefaultTag();
        Optional<Pulled> pulled;
        try {
            pulled = registries.first(name, source -> pullFrom(source, name, platform, all));
        } catch (RegistryException e) {
            throw withAdvice(e);
        }
        if (pulled.isEmpty()) {
            throw missing(name);
        }
        return pulled.get();
    }

    /// Adds what can be done where no registry can be reached.
    private static RegistryException withAdvice(RegistryException e) {
        Throwable cause = e.getCause();
        boolean unreached =
                cause instanceof UnknownHostException
                        || cause instanceof ConnectException
                        || cause instanceof SilentHostException;
        if (!unreached) {
            return e;
        }
        return RegistryException.of(
                String.valueOf(e.getMessage()),
                "bring it in with `slipway load` or `slipway import` if the registry cannot be"
                        + " reached from here",
                e.host(),
                e);
    }

    private RegistryException missing(Reference name) throws IOException {
        return new RegistryException(
                "there is no image " + name.familiar() + " in " + name.registry(),
                registries.userOf(name.registry()) == null
                        ? "If it is private, log in first: slipway login " + name.registry()
                        : null,
                name.registry(),
                404,
                "MANIFEST_UNKNOWN",
                null);
    }

    private Optional<Pulled> pullFrom(
            Repository source, Reference name, @Nullable Platform platform, boolean all)
            throws IOException {
        Digest digest = name.digest();
        String wanted = digest != null ? digest.toString() : String.valueOf(name.tag());
        Optional<Descriptor> before = store.images().find(name);
        if (before.isPresent() && isWhole(before.get(), platform, all)) {
            Optional<Descriptor> now =
                    digest != null && before.get().digest().equals(digest)
                            ? before
                            : source.head(wanted);
            if (now.isPresent() && now.get().digest().equals(before.get().digest())) {
                return Optional.of(new Pulled(name, before.get(), false));
            }
        }
        Optional<RemoteManifest> found = source.find(wanted);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Descriptor target = take(source, found.get(), platform, all, 0);
        store.images().tag(name, target);
        boolean same = before.isPresent() && before.get().digest().equals(target.digest());
        return Optional.of(new Pulled(name, target, !same));
    }

    /// Whether the store has all of an image.
    private boolean isWhole(Descriptor target, @Nullable Platform platform, boolean all)
            throws IOException {
        if (all) {
            return false; // looked into part by part
        }
        try {
            Image.load(store, target, platform).layers();
            return true;
        } catch (ImageException _) {
            return false;
        }
    }

    /// Takes a manifest in, with all it names before itself.
    private Descriptor take(
            Repository source,
            RemoteManifest found,
            @Nullable Platform platform,
            boolean all,
            int nesting)
            throws IOException {
        Descriptor target = found.descriptor();
        if (nesting > MAX_NESTING) {
            throw new ImageException("the indexes of " + source.name() + " nest too deep");
        }
        if (found.isIndex()) {
            Index index = found.index();
            for (Descriptor child :
                    all ? index.manifests() : List.of(choose(source, index, platform))) {
                take(source, child(source, child), null, all, nesting + 1);
            }
        } else if (MediaTypes.isManifest(target.mediaType())) {
            takeImage(source, found.manifest(), target, platform);
        } else {
            throw new ImageException(
                    "the manifest "
                            + target.digest()
                            + " is of the type "
                            + target.mediaType()
                            + ", which is not supported");
        }
        keep(found.raw(), target.digest());
        return target;
    }

    private static Descriptor choose(Repository source, Index index, @Nullable Platform platform)
            throws ImageException {
        Platform wanted = platform == null ? Platform.host() : platform;
        Optional<Descriptor> chosen = index.select(wanted);
        if (chosen.isPresent()) {
            return chosen.get();
        }
        Set<String> offered = new TreeSet<>();
        for (Descriptor each : index.manifests()) {
            if (each.platform() != null && !Index.isAttestation(each)) {
                offered.add(each.platform().toString());
            }
        }
        throw new ImageException(
                "the image of " + source.name() + " is not there for " + wanted,
                offered.isEmpty() ? null : "It is for " + String.join(", ", offered) + ".",
                null);
    }

    private RemoteManifest child(Repository source, Descriptor entry) throws IOException {
        store.lease().use(entry.digest());
        if (store.blobs().contains(entry.digest())) {
            byte[] raw = store.blobs().read(entry.digest(), Manifest.MAX_BYTES);
            return new RemoteManifest(entry, raw);
        }
        Optional<RemoteManifest> found = source.find(entry.digest().toString());
        if (found.isEmpty()) {
            throw RegistryException.of(
                    source.name() + " lacks the manifest " + entry.digest() + " of its index",
                    null,
                    source.host().name(),
                    null);
        }
        return found.get();
    }

    private void takeImage(
            Repository source, Manifest manifest, Descriptor target, @Nullable Platform platform)
            throws IOException {
        if (!MediaTypes.isConfig(manifest.config().mediaType())) {
            takeArtifact(source, manifest);
            return;
        }
        byte[] rawConfig = small(source, manifest.config(), ImageConfig.MAX_BYTES);
        ImageConfig config = ImageConfig.parse(rawConfig);
        List<Digest> diffIds = config.diffIds();
        if (diffIds.size() != manifest.layers().size()) {
            if (isAttestation(manifest)) {
                takeArtifact(source, manifest);
                return;
            }
            throw new ImageException(
                    "the manifest "
                            + target.digest()
                            + " and its configuration disagree on layers");
        }
        if (platform != null && !config.platform().matches(platform)) {
            listener.warning(
                    "the image of "
                            + source.name()
                            + " is for "
                            + config.platform()
                            + ", not "
                            + platform);
        }
        var tasks = new ArrayList<Parallel.Task>();
        var seen = new HashSet<Digest>();
        for (int i = 0; i < diffIds.size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            Digest diffId = diffIds.get(i);
            if (seen.add(layer.digest())) {
                tasks.add(() -> layer(source, layer, diffId));
            }
        }
        Parallel.run(WIDTH, tasks);
        keep(rawConfig, manifest.config().digest());
        seen.add(manifest.config().digest());
        origins.add(source, seen);
    }

    /// BuildKit's attestations look like images whose layers are statements.
    private static boolean isAttestation(Manifest manifest) {
        for (Descriptor layer : manifest.layers()) {
            if (MediaTypes.isLayer(layer.mediaType())) {
                return false;
            }
        }
        return true;
    }

    private void takeArtifact(Repository source, Manifest manifest) throws IOException {
        var tasks = new ArrayList<Parallel.Task>();
        var parts = new ArrayList<>(manifest.layers());
        parts.add(manifest.config());
        var seen = new HashSet<Digest>();
        for (Descriptor part : parts) {
            if (seen.add(part.digest())) {
                tasks.add(() -> blob(source, part));
            }
        }
        Parallel.run(WIDTH, tasks);
        origins.add(source, seen);
    }

    private byte[] small(Repository source, Descriptor blob, int maxBytes) throws IOException {
        store.lease().use(blob.digest());
        return store.blobs().contains(blob.digest())
                ? store.blobs().read(blob.digest(), maxBytes)
                : source.smallBlob(blob, maxBytes);
    }

    private void keep(byte[] content, Digest digest) throws IOException {
        store.lease().use(digest);
        if (store.blobs().contains(digest)) {
            return;
        }
        try (BlobWriter writer = store.blobs().create()) {
            writer.write(content, 0, content.length);
            writer.commit(digest, content.length);
        }
    }

    private boolean hasLayer(Descriptor blob, Digest diffId) throws IOException {
        store.lease().use(List.of(blob.digest(), diffId));
        return store.layers().find(diffId).isPresent();
    }

    /// Takes in one layer, unless it is in the store.
    ///
    /// @param diffId that it must turn out to have
    public void layer(Repository source, Descriptor blob, Digest diffId) throws IOException {
        transfer(
                source,
                blob,
                () -> hasLayer(blob, diffId),
                (part, rest) -> store.layers().add(part, rest, blob, diffId));
    }

    /// Takes in a blob that is no layer, unless it is in the store.
    public void blob(Repository source, Descriptor blob) throws IOException {
        transfer(
                source,
                blob,
                () -> {
                    store.lease().use(blob.digest());
                    return store.blobs().contains(blob.digest());
                },
                (part, rest) -> {
                    byte[] buffer = new byte[128 << 10];
                    for (int n = rest.read(buffer); n >= 0; n = rest.read(buffer)) {
                        part.write(buffer, 0, n);
                    }
                    part.commit(blob.digest(), blob.size());
                });
    }

    private interface Presence {
        boolean isHere() throws IOException;
    }

    private interface Intake {
        void take(BlobWriter part, InputStream rest) throws IOException;
    }

    /// Moves one blob, going on with what an earlier attempt left. If what came is not what was
    /// announced, it is had again from its start: if this is a mirror, from the next place.
    private void transfer(Repository source, Descriptor blob, Presence presence, Intake intake)
            throws IOException {
        if (presence.isHere()) {
            listener.finished(blob, TransferListener.Outcome.PRESENT);
            return;
        }
        try (BlobWriter part = store.blobs().resume(blob.digest())) {
            for (int attempt = 1; ; attempt++) {
                if (presence.isHere()) { // another process was quicker
                    listener.finished(blob, TransferListener.Outcome.PRESENT);
                    return;
                }
                if (part.size() > blob.size()) {
                    part.restart();
                }
                listener.started(blob, part.size());
                try (var rest = new ResumingInput(source, blob, part.size(), listener)) {
                    boolean last = source.isMirror() || attempt == CONTENT_ATTEMPTS;
                    if (taken(blob, part, rest, intake, last)) {
                        listener.finished(blob, TransferListener.Outcome.TRANSFERRED);
                        return;
                    }
                    listener.warning("the blob " + blob.digest() + " came damaged; once more");
                }
            }
        }
    }

    /// @return false if the content was wrong and should be had again
    private static boolean taken(
            Descriptor blob, BlobWriter part, ResumingInput rest, Intake intake, boolean last)
            throws IOException {
        try {
            intake.take(part, rest);
            return true;
        } catch (InterruptedIOException | StoreException e) {
            throw e;
        } catch (IOException e) {
            if (rest.isBroken()) {
                throw e;
            }
            part.restart();
            if (!last) {
                return false;
            }
            throw e instanceof DecompressionException || e instanceof TarException
                    ? damaged(blob, e)
                    : e;
        }
    }

    private static ImageException damaged(Descriptor blob, IOException cause) {
        return new ImageException(
                "the blob " + blob.digest() + " came damaged: " + cause.getMessage(),
                "What lies between here and the registry damages it, or the registry has it so.",
                cause);
    }
}
