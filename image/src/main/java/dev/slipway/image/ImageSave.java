package dev.slipway.image;

import dev.slipway.image.compress.Compression;
import dev.slipway.linux.Fd;
import dev.slipway.linux.LinuxException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Puts images into archives. The same images give the same bytes. What describes an archive comes
/// before the blobs, so that it can be read as it streams.
///
/// - [Form#DOCKER]: what `docker save` writes since version 25: an OCI layout with, beside it, the
///   `manifest.json` that older ones, skopeo and buildah read. Its layers are not compressed.
/// - [Form#OCI]: an OCI layout (image-spec, `image-layout.md`), as a tar or a directory.
public final class ImageSave {
    /// The formats.
    public enum Form {
        DOCKER,
        OCI
    }

    private final Store store;
    private final Form form;
    private final @Nullable Compression compression;

    /// @param compression of the layers in an OCI layout; null keeps manifests as they are where
    ///   their layers are here, and writes other layers uncompressed
    public ImageSave(Store store, Form form, @Nullable Compression compression) {
        this(form, store, form == Form.DOCKER ? Compression.NONE : compression);
    }

    private ImageSave(Form form, Store store, @Nullable Compression compression) {
        this.store = store;
        this.form = form;
        this.compression = compression;
    }

    /// Saves images as their manifests say, whatever the format.
    public static ImageSave asStored(Store store, Form form) {
        return new ImageSave(form, store, null);
    }

    /// Writes a tar into a stream, which is not closed.
    public void toTar(List<SavedImage> images, OutputStream out) throws IOException {
        write(images, TarSink.to(out));
    }

    /// Writes a tar into a file, from its start, or to a pipe; it is not closed.
    public void toTar(List<SavedImage> images, Fd out) throws IOException {
        write(images, TarSink.to(out));
    }

    /// Writes an OCI layout into a directory, which is made if it is missing. Images that it holds
    /// already stay; of two with one name the new one does.
    public void toDirectory(List<SavedImage> images, Path directory) throws IOException {
        try (var sink = new DirectorySink(directory)) {
            List<Descriptor> before =
                    sink.has("index.json") ? LayoutIndex.read(directory) : List.of();
            write(images, sink, before);
        }
    }

    private void write(List<SavedImage> images, ArchiveSink sink) throws IOException {
        write(images, sink, List.of());
    }

    private void write(List<SavedImage> images, ArchiveSink sink, List<Descriptor> before)
            throws IOException {
        var plans = new ArrayList<SavePlan>();
        for (SavedImage image : images) {
            plans.add(SavePlan.of(store, image, form, compression));
        }
        // A directory gets its index last: it is complete when it says so.
        boolean first = before.isEmpty() && sink instanceof TarSink;
        if (first) {
            describe(plans, before, sink);
        }
        for (SavePlan plan : plans) {
            for (SavePlan.Part part : plan.parts()) {
                add(part, sink);
            }
        }
        if (!first) {
            describe(plans, before, sink);
        }
        sink.finish();
    }

    private void describe(List<SavePlan> plans, List<Descriptor> before, ArchiveSink sink)
            throws IOException {
        sink.add("oci-layout", bytes("{\"imageLayoutVersion\":\"1.0.0\"}"));
        sink.add("index.json", LayoutIndex.of(plans, before).raw());
        if (form == Form.DOCKER) {
            sink.add("manifest.json", DockerManifest.of(plans));
            sink.add("repositories", DockerManifest.repositories(plans));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private void add(SavePlan.Part part, ArchiveSink sink) throws IOException {
        String name = OciArchive.file(part.descriptor());
        if (sink.has(name)) {
            return;
        }
        try {
            switch (part) {
                case SavePlan.Bytes bytes -> sink.add(name, bytes.content());
                case SavePlan.Blob(Descriptor blob) -> {
                    try (Fd file = store.blobs().openFile(blob.digest())) {
                        sink.add(name, blob.size(), file);
                    }
                }
                case SavePlan.Tar(Descriptor tar, Layer layer) -> addTar(name, tar, layer, sink);
            }
        } catch (LinuxException e) {
            throw new ImageException("cannot write the archive: " + e.getMessage(), null, e);
        }
    }

    private void addTar(String name, Descriptor tar, Layer layer, ArchiveSink sink)
            throws IOException {
        try (Fd file = LayerFacts.openTarFile(store, layer.diffId())) {
            if (file != null) {
                sink.add(name, tar.size(), file);
                return;
            }
        }
        try (var in = layer.openTar()) {
            sink.add(name, tar.size(), in);
        }
    }

    /// Returns the images of these names or IDs, ready to be saved under the names given.
    public static List<SavedImage> select(
            ImageCatalog catalog, List<String> namesOrIds, @Nullable Platform platform)
            throws ImageException {
        var images = new ArrayList<SavedImage>();
        for (String each : namesOrIds) {
            StoredImage image = catalog.find(each);
            images.add(new SavedImage(image.target(), named(image, each), platform));
        }
        return images;
    }

    private static List<Reference> named(StoredImage image, String text) {
        try {
            Reference wanted = Reference.parse(text).withDefaultTag();
            return image.names().contains(wanted) && wanted.tag() != null
                    ? List.of(wanted)
                    : Collections.emptyList();
        } catch (InvalidReferenceException _) {
            return List.of();
        }
    }
}
