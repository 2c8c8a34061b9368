package dev.slipway.base;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.History;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.InvalidDigestException;
import dev.slipway.image.Layer;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;
import dev.slipway.linux.Durable;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

/// Assembles base images from a distribution's packages: no registry, no dpkg on the host.
///
/// What is asked for first becomes exact packages (a [BaseLock]), then an image. Both steps are
/// remembered in the store: asking for the same again costs a look at the releases, or nothing when
/// a lock is given. Equal definitions and locks give equal digests. Not for use by several threads.
public final class BaseBuilder {
    /// Part of what an image is remembered by: changes when the same packages give another image.
    private static final String FORMAT = "1";

    private final Store store;
    private final Machine machine;
    private final BaseListener listener;
    private final PackageCache cache;
    private final LockStep lockStep;

    BaseBuilder(Store store, Machine machine, BaseListener listener) {
        this.store = store;
        this.machine = machine;
        this.cache = new PackageCache(store);
        this.listener =
                event -> {
                    synchronized (this) {
                        listener.on(event);
                    }
                };
        this.lockStep = new LockStep(machine, cache, this.listener);
    }

    /// Takes sources, keys and proxies from this machine.
    public static BaseBuilder on(Store store, BaseListener listener) {
        return new BaseBuilder(store, Machine.host(), listener);
    }

    /// Chooses the packages, and builds nothing.
    public BaseLock lock(BaseDefinition definition) throws IOException, BaseException {
        return lockStep.resolve(definition);
    }

    /// Assembles an image of the packages as they are now.
    ///
    /// @param name what the image is called; null leaves it without a name
    public BaseResult build(BaseDefinition definition, @Nullable Reference name)
            throws IOException, BaseException {
        return build(definition, lock(definition), name);
    }

    /// Assembles an image of exactly the packages of a lock.
    ///
    /// @throws BaseException also when the lock was written for another definition, or a package it
    ///   names is no longer to be had
    public BaseResult build(BaseDefinition definition, BaseLock lock, @Nullable Reference name)
            throws IOException, BaseException {
        lock.requireFits(definition);
        var epoch = epoch(definition, lock);
        var sources = SourceSelection.select(definition, machine);
        var apt = AptSourcesFile.text(definition, lock, sources);
        var key =
                String.join(
                        "\n", FORMAT, epoch.toString(), definition.identity(), apt, lock.text());
        var known = remembered(key, lock);
        var result =
                known == null ? assembleOnce(definition, lock, sources, apt, epoch, key) : known;
        if (name == null) {
            store.images().keepDangling(result.manifest());
        } else {
            store.images().tag(name, result.manifest());
        }
        return result;
    }

    /// Makes the image, unless another process just has.
    private BaseResult assembleOnce(
            BaseDefinition definition,
            BaseLock lock,
            List<AptSource> sources,
            String apt,
            Instant epoch,
            String key)
            throws IOException, BaseException {
        try (var _ = store.lock("base " + key)) {
            var known = remembered(key, lock);
            if (known != null) {
                return known;
            }
            var result = assemble(definition, lock, sources, apt, epoch);
            Durable.write(
                    cache.file("images", key),
                    (result.manifest().digest() + " " + result.layerBytes() + "\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return result;
        }
    }

    private Instant epoch(BaseDefinition definition, BaseLock lock) throws BaseException {
        if (definition.epoch() != null) {
            return definition.epoch();
        }
        var variable = machine.environment().get("SOURCE_DATE_EPOCH");
        if (variable == null || variable.isBlank()) {
            return lock.date();
        }
        try {
            return Instant.ofEpochSecond(Long.parseUnsignedLong(variable.strip()));
        } catch (NumberFormatException | java.time.DateTimeException e) {
            throw new BaseException(
                    "SOURCE_DATE_EPOCH is not a number of seconds: '" + variable + "'");
        }
    }

    /// The image an earlier build made of the same, if all of it is still in the store.
    private @Nullable BaseResult remembered(String key, BaseLock lock) throws IOException {
        var file = cache.file("images", key);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        var words = Files.readString(file).strip().split(" ", -1);
        try {
            var digest = Digest.parse(words[0]);
            if (!cache.contains(digest)) {
                return null;
            }
            var manifest = Manifest.parse(store.blobs().read(digest, Manifest.MAX_BYTES));
            var layer = store.layers().find(manifest.layers().getFirst().digest());
            if (!cache.contains(manifest.config().digest()) || layer.isEmpty()) {
                return null;
            }
            return new BaseResult(
                    manifest.descriptor(),
                    manifest.config().digest(),
                    lock,
                    Long.parseLong(words[1]),
                    true);
        } catch (InvalidDigestException | NumberFormatException | IndexOutOfBoundsException e) {
            return null; // not ours: made anew
        }
    }

    private BaseResult assemble(
            BaseDefinition definition,
            BaseLock lock,
            List<AptSource> sources,
            String apt,
            Instant epoch)
            throws IOException, BaseException {
        new PackageFetch(machine, cache, listener).fetch(lock, sources);
        var time = new Timespec(epoch.getEpochSecond(), 0);
        var layer = new Assembly(store, listener).layer(definition, lock, apt, time);
        return store(definition, lock, epoch, layer);
    }

    private BaseResult store(BaseDefinition definition, BaseLock lock, Instant epoch, Layer layer)
            throws IOException {
        var what =
                "slipway base build # "
                        + definition.flavour().text()
                        + " of "
                        + lock.packages().size()
                        + " packages from "
                        + lock.suite();
        var config =
                new ImageConfig(
                        epoch,
                        null,
                        Platform.of("linux", lock.architecture()),
                        definition.config(),
                        List.of(layer.diffId()),
                        List.of(new History(epoch, what, null, null, false)));
        byte[] json = config.toJson();
        var configDigest = store.blobs().put(json);
        var manifest =
                Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        Descriptor.of(MediaTypes.OCI_CONFIG, configDigest, json.length),
                        List.of(Descriptor.of(MediaTypes.OCI_LAYER, layer.diffId(), layer.size())),
                        Collections.emptySortedMap());
        store.blobs().put(manifest.raw());
        return new BaseResult(manifest.descriptor(), configDigest, lock, layer.size(), false);
    }
}
