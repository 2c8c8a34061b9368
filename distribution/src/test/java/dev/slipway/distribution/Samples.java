package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.FileEntry;
import dev.slipway.image.History;
import dev.slipway.image.Image;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.Index;
import dev.slipway.image.Layer;
import dev.slipway.image.LayerWriter;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.RunConfig;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;
import dev.slipway.linux.RawPath;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Images made of random files, and the settings tests reach registries with.
final class Samples {
    private Samples() {}

    /// Settings that know nothing but what the test says.
    static RegistrySettings settings(Path home, Map<String, String> environment) {
        return new RegistrySettings(environment, home, null, null, true, Duration.ofMillis(1));
    }

    static Registries registries(Path home) {
        return new Registries(settings(home, Map.of()), TransferListener.none());
    }

    /// An image of so many layers, each with a file of random bytes.
    static Descriptor image(Store store, Platform platform, Random random, int... layerBytes)
            throws IOException {
        var layers = new ArrayList<Descriptor>();
        var diffIds = new ArrayList<Digest>();
        for (int bytes : layerBytes) {
            byte[] content = new byte[bytes];
            random.nextBytes(content);
            try (LayerWriter writer = store.layers().create()) {
                writer.put(
                        FileEntry.file(RawPath.of("file-" + layers.size()), 0644, bytes),
                        new ByteArrayInputStream(content));
                Layer layer = writer.seal();
                diffIds.add(layer.diffId());
                layers.add(Descriptor.of(MediaTypes.OCI_LAYER, layer.diffId(), layer.size()));
            }
        }
        var config =
                new ImageConfig(
                        Instant.EPOCH,
                        null,
                        platform,
                        RunConfig.EMPTY,
                        diffIds,
                        List.<History>of());
        byte[] json = config.toJson();
        Digest id = store.blobs().put(json);
        Manifest manifest =
                Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        Descriptor.of(MediaTypes.OCI_CONFIG, id, json.length),
                        layers,
                        new TreeMap<>());
        store.blobs().put(manifest.raw());
        return manifest.descriptor().withPlatform(platform);
    }

    static Descriptor index(Store store, List<Descriptor> images) throws IOException {
        Index index = Index.of(MediaTypes.OCI_INDEX, images, new TreeMap<>());
        store.blobs().put(index.raw());
        return index.descriptor();
    }

    static Reference name(String text) throws IOException {
        return Reference.parse(text);
    }

    /// Pushes an image from one store and pulls it into another, both made in `directory`.
    static void roundTrip(Path directory, Registries registries, String name) throws IOException {
        var platform = Platform.of("linux", "amd64");
        try (Store from = Store.open(directory.resolve("a"));
                Store to = Store.open(directory.resolve("b"))) {
            Descriptor image = image(from, platform, new Random(1), 10_000);
            new Push(registries, from, Compression.gzip(), false).push(image, name(name), null);
            new Pull(registries, to).pull(name(name), platform);
            checkWhole(to);
        }
    }

    /// Checks that every blob of a store is what its name says, and every image whole.
    static void checkWhole(Store store) throws IOException {
        try (Stream<Path> files = Files.list(store.home().resolve("blobs/sha256"))) {
            for (Path file : files.toList()) {
                String found = Digest.sha256(Files.readAllBytes(file)).hex();
                if (!found.equals(String.valueOf(file.getFileName()))) {
                    throw new AssertionError(file + " is in truth " + found);
                }
            }
        }
        for (var named : store.images().list()) {
            Image image = Image.load(store, named.target(), null);
            for (Layer layer : image.layers()) {
                try (var tar = layer.openTar()) {
                    Digest found = Digest.sha256(tar.readAllBytes());
                    if (!found.equals(layer.diffId())) {
                        throw new AssertionError(layer.diffId() + " is in truth " + found);
                    }
                }
            }
        }
    }
}
