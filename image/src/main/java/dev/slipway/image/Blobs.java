package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The store's content-addressed files: manifests, configurations, compressed layers. A blob is
/// verified when it is written and synced before it is visible. Thread-safe.
public final class Blobs {
    /// Holds what broken transfers left.
    static final String PARTIAL = "partial";

    /// Begins the name of the lock of a file in [#PARTIAL].
    static final String PARTIAL_LOCK = "partial ";

    private final Store store;
    private final Path directory;

    Blobs(Store store) {
        this.store = store;
        this.directory = store.home().resolve("blobs");
    }

    /// Whether the blob is here. Whoever goes on to use it has it kept by [Lease#use] first.
    public boolean contains(Digest digest) {
        return Files.exists(path(digest));
    }

    /// Returns where the blob is, or would be.
    public Path path(Digest digest) {
        return directory.resolve(digest.algorithm()).resolve(digest.hex());
    }

    /// Returns the blob's size in bytes.
    ///
    /// @throws ImageException if it is not here
    public long size(Digest digest) throws ImageException {
        try (Fd fd = openFile(digest)) {
            return fd.stat().size();
        } catch (LinuxException e) {
            throw StoreException.of(store.home(), "read the blob " + digest, e);
        }
    }

    /// Opens a blob for reading; unbuffered.
    ///
    /// @throws ImageException if it is not here
    public InputStream open(Digest digest) throws ImageException {
        return openFile(digest).inputStream();
    }

    /// Opens a blob as a file, for copies inside the kernel.
    ///
    /// @throws ImageException if it is not here
    public Fd openFile(Digest digest) throws ImageException {
        try {
            return Fd.open(path(digest), OpenFlags.O_RDONLY, 0);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                throw new InvalidImageException(
                        "the blob " + digest + " is not in the store", "Pull or load it again.");
            }
            throw StoreException.of(store.home(), "read the blob " + digest, e);
        }
    }

    /// Reads a small blob and checks it.
    ///
    /// @throws ImageException if it is missing, longer than `maxBytes`, or damaged
    public byte[] read(Digest digest, int maxBytes) throws ImageException {
        byte[] content;
        try (InputStream in = open(digest)) {
            content = in.readNBytes(maxBytes);
            if (content.length == maxBytes && in.read() >= 0) {
                throw new InvalidImageException(
                        "the blob " + digest + " is longer than " + maxBytes + " bytes");
            }
        } catch (IOException e) {
            throw StoreException.of(store.home(), "read the blob " + digest, e);
        }
        if (!digest.matches(content)) {
            throw StoreException.damaged("the blob " + digest + " is damaged", path(digest));
        }
        return content;
    }

    /// Stores `content` unless it is here already; kept by this store's lease.
    public Digest put(byte[] content) throws ImageException {
        Digest digest = Digest.sha256(content);
        store.lease().use(digest);
        if (contains(digest)) {
            return digest;
        }
        try (BlobWriter writer = create()) {
            writer.write(content, 0, content.length);
            return writer.commit(digest, content.length);
        }
    }

    /// Begins a new blob, of which nothing is visible until [BlobWriter#commit].
    public BlobWriter create() throws ImageException {
        return new BlobWriter(store, store.newTempFile("blob"));
    }

    /// Goes on with a blob of which an earlier attempt, of this process or another, may have left
    /// the beginning: [BlobWriter#size] says how much. What is there is not trusted: the digest is
    /// taken over all of it. Waits while another process writes the same blob; look again whether
    /// the blob is here afterwards.
    public BlobWriter resume(Digest digest) throws ImageException {
        Path partial = partial(digest.algorithm() + "-" + digest.hex());
        return new BlobWriter(store, partial, store.lock(PARTIAL_LOCK + partial.getFileName()));
    }

    /// Returns the name of a file, in a directory that is there, for what is kept of a transfer in
    /// case it breaks off: prunes remove it, nothing depends on it.
    ///
    /// @param name letters, digits, `-` and `.`
    public Path partial(String name) throws ImageException {
        try (Dir home = Dir.open(store.home())) {
            home.createDirs(RawPath.of(PARTIAL), 0700).close();
        } catch (IOException e) {
            throw StoreException.of(store.home(), "keep part of a blob", e);
        }
        return store.home().resolve(PARTIAL).resolve(name);
    }

    /// Moves a finished, verified and synced file into place.
    void adopt(Path file, Digest digest) throws ImageException {
        store.lease().pin(digest);
        try (Dir from = Dir.open(file.resolveSibling("."));
                Dir to = directoryOf(digest.algorithm())) {
            RawPath name = RawPath.of(String.valueOf(file.getFileName()));
            from.rename(name, to, RawPath.of(digest.hex()));
            store.whenDurable(() -> {}); // the name is synced with the next commit
        } catch (IOException e) {
            throw StoreException.of(store.home(), "store the blob " + digest, e);
        }
    }

    private Dir directoryOf(String algorithm) throws IOException {
        try (Dir home = Dir.open(store.home())) {
            return home.createDirs(RawPath.of("blobs/" + algorithm), 0700);
        }
    }

    /// Returns all blobs that are here.
    List<Digest> list() throws IOException {
        var digests = new ArrayList<Digest>();
        for (String algorithm : new String[] {"sha256", "sha512"}) {
            Path each = directory.resolve(algorithm);
            if (!Files.isDirectory(each)) {
                continue;
            }
            try (Dir dir = Dir.open(each)) {
                for (var entry : dir.list()) {
                    try {
                        digests.add(Digest.parse(algorithm + ":" + entry.name().latin1()));
                    } catch (InvalidDigestException _) {
                        // Not ours: left alone.
                    }
                }
            }
        }
        return digests;
    }
}
