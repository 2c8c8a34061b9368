package dev.slipway.image;

import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Takes images from archives, as `docker load`: what `docker save`, skopeo and buildah write (old
/// and new docker archives, OCI archives and layouts), compressed or not. Every digest is checked,
/// every name read as a place inside the archive; an image is named only once all of it is in the
/// store.
public final class ImageLoad {
    private static final int MAX_DOCUMENT = 4 << 20;

    private final Store store;
    private final @Nullable Platform platform;

    /// @param platform to take of images with several; null for all
    public ImageLoad(Store store, @Nullable Platform platform) {
        this.store = store;
        this.platform = platform;
    }

    /// Loads all images of an archive file or an OCI layout directory.
    public List<LoadedImage> load(Path archive) throws IOException {
        try (ArchiveSource source = open(archive)) {
            return load(source);
        } catch (LinuxException e) {
            throw StoreException.of(store.home(), "load " + archive, e);
        }
    }

    private ArchiveSource open(Path archive) throws IOException {
        if (Files.isDirectory(archive)) {
            return new DirectorySource(archive);
        }
        Fd file;
        try {
            file = Fd.open(archive, OpenFlags.O_RDONLY, 0);
        } catch (LinuxException e) {
            throw new ImageException(
                    "cannot read the archive " + archive + ": " + Errno.describe(e.errno()),
                    null,
                    e);
        }
        return TarSource.open(store, file);
    }

    /// Loads all images of an archive that comes as a stream, which is not closed.
    public List<LoadedImage> load(InputStream archive) throws IOException {
        try (ArchiveSource source = TarSource.open(store, archive)) {
            return load(source);
        } catch (LinuxException e) {
            throw StoreException.of(store.home(), "load an archive", e);
        }
    }

    private List<LoadedImage> load(ArchiveSource source) throws IOException {
        if (source.has("index.json")) {
            return new OciArchive(store, source, platform).load();
        }
        if (source.has("manifest.json")) {
            return loadDocker(source);
        }
        throw new InvalidImageException(
                "the archive holds no image: neither index.json nor manifest.json",
                "To make an image of a root file system, use `slipway import`.");
    }

    private List<LoadedImage> loadDocker(ArchiveSource source) throws IOException {
        Json manifest = Json.parse(source.read("manifest.json", MAX_DOCUMENT));
        if (!(manifest instanceof Json.Arr(List<Json> entries))) {
            throw new InvalidImageException("the archive's manifest.json is no array");
        }
        var loaded = new ArrayList<LoadedImage>();
        for (Json entry : entries) {
            if (!(entry instanceof Json.Obj object)) {
                throw new InvalidImageException("the archive's manifest.json is malformed");
            }
            LoadedImage image = loadDocker(source, object);
            if (image != null) {
                loaded.add(image);
            }
        }
        return loaded;
    }

    private @Nullable LoadedImage loadDocker(ArchiveSource source, Json.Obj entry)
            throws IOException {
        String configName = clean(entry.requiredText("Config"));
        byte[] raw = source.read(configName, ImageConfig.MAX_BYTES);
        checkName(configName, raw);
        ImageConfig config = ImageConfig.parse(raw);
        if (platform != null && !config.platform().matches(platform)) {
            return null;
        }
        List<String> files = entry.texts("Layers");
        if (files == null || files.size() != config.diffIds().size()) {
            throw new InvalidImageException(
                    "the archive's manifest.json and configuration disagree on the layers");
        }
        var layers = new ArrayList<Descriptor>();
        for (int i = 0; i < files.size(); i++) {
            String file = clean(files.get(i));
            layers.add(LayerIntake.file(store, source, file, config.diffIds().get(i)));
        }
        Digest id = store.blobs().put(raw);
        var configDescriptor = Descriptor.of(MediaTypes.OCI_CONFIG, id, raw.length);
        Manifest manifest =
                Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        configDescriptor,
                        layers,
                        java.util.Collections.emptySortedMap());
        store.blobs().put(manifest.raw());
        List<Reference> names = names(entry.texts("RepoTags"));
        Descriptor target = manifest.descriptor().withPlatform(config.platform());
        return OciArchive.named(store, names, target, id);
    }

    /// A configuration's file is called by its digest in all known writers.
    private static void checkName(String name, byte[] content) throws InvalidImageException {
        String last = RawPath.ofLatin1(name).name().latin1();
        String hex = last.endsWith(".json") ? last.substring(0, last.length() - 5) : last;
        if (hex.length() == 64 && Texts.isHex(hex) && !Digest.sha256(content).hex().equals(hex)) {
            throw new InvalidImageException(
                    "the archive's "
                            + Texts.quote(name)
                            + " is in truth "
                            + Digest.sha256(content));
        }
    }

    private static List<Reference> names(@Nullable List<String> tags)
            throws InvalidReferenceException {
        var names = new ArrayList<Reference>();
        for (String tag : tags == null ? List.<String>of() : tags) {
            names.add(Reference.parse(tag).withDefaultTag());
        }
        return names;
    }

    private static String clean(String name) {
        return RawPath.of(name).normalize().latin1();
    }
}
