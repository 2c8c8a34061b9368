package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.DirEntry;
import dev.slipway.linux.Durable;
import dev.slipway.linux.Errno;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The names of the store's images: a file for each, `images/<encoded name>/<tag>`, which holds the
/// full name and the descriptor it stands for. An image whose last name went to another stays,
/// under `images/_/<hex>`, until it is pruned: it is *dangling*. Thread-safe.
public final class Images {
    private static final String DANGLING = "_";
    private static final int LONGEST_FILE_NAME = 200;
    private static final int MAX_BYTES = 64 << 10;

    private final Store store;
    private final Path directory;

    Images(Store store) {
        this.store = store;
        this.directory = store.home().resolve("images");
    }

    /// Returns what the name stands for; `latest` is meant if it has neither tag nor digest, and
    /// with a digest the tag means nothing.
    public Optional<Descriptor> find(Reference name) throws ImageException {
        NamedImage image = read(file(name));
        if (image == null && name.digest() != null) {
            image = byDigest(name, name.digest());
        }
        return image == null ? Optional.empty() : Optional.of(image.target());
    }

    /// A name with a digest also stands for an image that has the repository's name under a tag.
    private @Nullable NamedImage byDigest(Reference name, Digest digest) throws ImageException {
        Path repository = file(name).resolveSibling(".");
        if (!Files.isDirectory(repository)) {
            return null;
        }
        try (Dir tags = Dir.open(repository)) {
            for (DirEntry tag : tags.list()) {
                NamedImage image = read(repository.resolve(tag.name().latin1()));
                if (image != null && image.target().digest().equals(digest)) {
                    return image;
                }
            }
            return null;
        } catch (LinuxException e) {
            throw StoreException.of(store.home(), "list an image's names", e);
        }
    }

    /// Gives an image a name, for good. The image that had it before becomes dangling if it has no
    /// other. Everything written before is committed first ([Store#commit()]).
    public void tag(Reference name, Descriptor target) throws ImageException {
        store.lease().use(target.digest());
        if (!store.blobs().contains(target.digest())) {
            throw new InvalidImageException(
                    "the image " + target.digest() + " is not in the store");
        }
        store.commit();
        try (FileLock _ = store.lock("images")) {
            Path file = file(name);
            NamedImage before = read(file);
            if (before != null && same(before.target(), target)) {
                return;
            }
            write(file, name.withDefaultTag(), target);
            Store.discard(danglingFile(target.digest()));
            if (before != null) {
                keepIfNameless(before.target());
            }
        }
    }

    private static boolean same(Descriptor a, Descriptor b) {
        return a.digest().equals(b.digest()) && a.mediaType().equals(b.mediaType());
    }

    /// Keeps an image that has no name, until it is pruned.
    public void keepDangling(Descriptor target) throws ImageException {
        store.lease().use(target.digest());
        store.commit();
        try (FileLock _ = store.lock("images")) {
            keepIfNameless(target);
        }
    }

    private void keepIfNameless(Descriptor target) throws ImageException {
        Path file = danglingFile(target.digest());
        if (Files.exists(file)) {
            return;
        }
        for (NamedImage each : list()) {
            if (each.target().digest().equals(target.digest())) {
                return;
            }
        }
        write(file, null, target);
    }

    /// Takes a name away and leaves the image, which is then dangling if this was its last.
    ///
    /// @return false if there was no such name
    public boolean untag(Reference name) throws ImageException {
        try (FileLock _ = store.lock("images")) {
            Path file = file(name);
            NamedImage before = read(file);
            if (before == null) {
                return false;
            }
            delete(file);
            keepIfNameless(before.target());
            return true;
        }
    }

    /// Takes all names of an image away, the dangling entry included; the collector may then take
    /// its objects.
    ///
    /// @return the names it had
    List<Reference> forget(Digest target) throws ImageException {
        try (FileLock _ = store.lock("images")) {
            var names = new ArrayList<Reference>();
            for (NamedImage each : list()) {
                if (!each.target().digest().equals(target)) {
                    continue;
                }
                Reference name = each.name();
                delete(name == null ? danglingFile(target) : file(name));
                if (name != null) {
                    names.add(name);
                }
            }
            return names;
        }
    }

    private void delete(Path file) throws ImageException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw StoreException.of(store.home(), "remove the name", e);
        }
    }

    /// Returns all names and dangling images, by name, the dangling ones last.
    public List<NamedImage> list() throws ImageException {
        var images = new ArrayList<NamedImage>();
        var dangling = new ArrayList<NamedImage>();
        try (Dir dir = Dir.open(directory)) {
            for (DirEntry name : dir.list()) {
                try (Dir tags = Dir.open(directory.resolve(name.name().latin1()))) {
                    for (DirEntry tag : tags.list()) {
                        add(name.name().latin1(), tag.name().latin1(), images, dangling);
                    }
                } catch (LinuxException e) {
                    if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw StoreException.of(store.home(), "list images", e);
        }
        images.addAll(dangling);
        return images;
    }

    private void add(String name, String tag, List<NamedImage> named, List<NamedImage> dangling)
            throws ImageException {
        if (tag.startsWith(".")) {
            return; // being written
        }
        NamedImage image = read(directory.resolve(name).resolve(tag));
        if (image != null) {
            (image.name() == null ? dangling : named).add(image);
        }
    }

    private @Nullable NamedImage read(Path file) throws ImageException {
        try {
            byte[] content = Files.readAllBytes(file);
            if (content.length > MAX_BYTES) {
                throw StoreException.damaged("the name in " + file + " is damaged", file);
            }
            Json.Obj json = Json.parseObject(content);
            String name = json.text("name");
            return new NamedImage(
                    name == null ? null : Reference.parse(name),
                    Descriptor.parse(json),
                    Files.getLastModifiedTime(file).toInstant());
        } catch (NoSuchFileException e) {
            return null;
        } catch (InvalidJsonException | InvalidReferenceException e) {
            throw StoreException.damaged("the name in " + file + " is damaged", file);
        } catch (IOException e) {
            throw StoreException.of(store.home(), "read an image's name", e);
        }
    }

    private void write(Path file, @Nullable Reference name, Descriptor target)
            throws ImageException {
        var out = JsonWriter.plain().beginObject();
        if (name != null) {
            out.member("name", name.canonical());
        }
        out.member("mediaType", target.mediaType())
                .member("digest", target.digest().toString())
                .member("size", target.size())
                .endObject();
        makeDirectory(file.resolveSibling("."));
        store.publishDurably(file, out.toBytes());
    }

    private void makeDirectory(Path repository) throws ImageException {
        if (Files.isDirectory(repository)) {
            return;
        }
        try (Dir images = Dir.open(directory)) {
            String name = String.valueOf(repository.normalize().getFileName());
            images.createDirs(RawPath.of(name), 0700).close();
            Durable.syncDirectory(directory);
        } catch (LinuxException e) {
            throw StoreException.of(store.home(), "write an image's name", e);
        }
    }

    private Path danglingFile(Digest digest) {
        return directory.resolve(DANGLING).resolve(digest.hex());
    }

    /// A `+` is in no name, so it can stand for `/`; names too long for a file are hashed, since
    /// the file itself holds the name.
    private Path file(Reference name) {
        String encoded = name.name().replace('/', '+');
        if (encoded.length() > LONGEST_FILE_NAME) {
            byte[] bytes = encoded.getBytes(StandardCharsets.UTF_8);
            encoded = "+" + Digest.sha256(bytes).hex();
        }
        Reference full = name.withDefaultTag();
        Digest digest = full.digest();
        String tag = digest == null ? String.valueOf(full.tag()) : "@" + digest;
        return directory.resolve(encoded).resolve(tag);
    }
}
