package dev.slipway.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.linux.RawPath;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Small images, made in a store as a build makes them.
final class SampleImages {
    static final Platform AMD64 = Platform.of("linux", "amd64");
    static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");

    private SampleImages() {}

    /// An image with a layer of one file for each content.
    static Descriptor make(Store store, String... contents) throws IOException {
        return make(store, AMD64, Map.of("made-by", "test"), contents);
    }

    static Descriptor make(
            Store store, Platform platform, Map<String, String> labels, String... contents)
            throws IOException {
        var layers = new ArrayList<Descriptor>();
        var history = new ArrayList<History>();
        for (int i = 0; i < contents.length; i++) {
            Layer layer = layer(store, "file-" + i, contents[i]);
            layers.add(Descriptor.of(MediaTypes.OCI_LAYER, layer.diffId(), layer.size()));
            history.add(new History(CREATED, "COPY file-" + i, null, null, false));
        }
        history.add(new History(CREATED, "CMD [\"/file-0\"]", null, null, true));
        var config =
                new ImageConfig(
                        CREATED,
                        null,
                        platform,
                        RunConfig.builder()
                                .cmd(List.of("/file-0"))
                                .env(List.of("PATH=/bin"))
                                .labels(labels)
                                .build(),
                        layers.stream().map(Descriptor::digest).toList(),
                        history);
        byte[] raw = config.toJson();
        Digest id = store.blobs().put(raw);
        Manifest manifest =
                Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        Descriptor.of(MediaTypes.OCI_CONFIG, id, raw.length),
                        layers,
                        Collections.emptySortedMap());
        store.blobs().put(manifest.raw());
        return manifest.descriptor();
    }

    static Layer layer(Store store, String name, String content) throws IOException {
        byte[] bytes = content.getBytes(UTF_8);
        try (LayerWriter writer = store.layers().create()) {
            writer.put(
                    FileEntry.file(RawPath.of(name), 0644, bytes.length),
                    new ByteArrayInputStream(bytes));
            return writer.seal();
        }
    }

    static Reference name(String text) throws InvalidReferenceException {
        return Reference.parse(text).withDefaultTag();
    }

    /// The names in a directory of the store.
    static List<String> files(Store store, String directory) throws IOException {
        try (var files = Files.list(store.home().resolve(directory))) {
            return files.map(f -> String.valueOf(f.getFileName())).toList();
        }
    }
}
