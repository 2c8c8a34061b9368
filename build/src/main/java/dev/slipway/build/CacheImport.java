package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Decompression;
import dev.slipway.image.compress.DecompressionLimits;
import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarLimits;
import dev.slipway.image.tar.TarReader;
import dev.slipway.linux.Dir;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;

/// Takes in an archive that [CacheExport] wrote, from wherever it comes: nothing in it is believed
/// before it is checked. A layer must have the digest of its name; a record must be whole and be
/// named by one of its keys, and its layers must be here; the files of a cache mount must have
/// their digest, and are unpacked beneath a directory of their own before they are seen.
public final class CacheImport {
    private static final int MAX_RECORD_BYTES = 16 << 20;
    private static final int MAX_ID_BYTES = 64 << 10;

    private final Store store;
    private final Wanted wanted;
    private final @Nullable OneMount only;
    private final Consumer<String> warn;
    private final RecordStore target;
    private final Map<String, String> mountIds = new HashMap<>();
    private final ChangeCheck whole = new ChangeCheck();
    private int members;
    private int records;
    private int layers;
    private int mounts;

    /// What to take of an archive.
    ///
    /// @param replace whether cache mounts that are here already are replaced; else they stay
    public record Wanted(boolean records, boolean mounts, boolean replace) {}

    /// The cache mount that an archive must be of.
    ///
    /// @param name the hash of its id and of what it begins with
    record OneMount(String name, String id) {}

    private CacheImport(
            Store store, Wanted wanted, @Nullable OneMount only, Consumer<String> warn) {
        this.store = store;
        this.wanted = wanted;
        this.only = only;
        this.warn = warn;
        this.target = new RecordStore(store.home(), warn);
    }

    /// Reads the archive, compressed or not.
    ///
    /// @param archive closed
    /// @param warn told what is left out
    /// @throws InvalidCacheArchiveException if it is none, or not whole; what was taken in until
    ///   then is whole and stays
    public static CacheExport.Summary read(
            Store store, InputStream archive, Wanted wanted, Consumer<String> warn)
            throws IOException {
        return read(store, archive, wanted, null, warn);
    }

    /// Reads an archive of one cache mount, which takes the place of an empty one.
    ///
    /// @throws InvalidCacheArchiveException if it is of anything else, too
    static CacheExport.Summary readMount(
            Store store, InputStream archive, OneMount mount, Consumer<String> warn)
            throws IOException {
        return read(store, archive, new Wanted(false, true, true), mount, warn);
    }

    private static CacheExport.Summary read(
            Store store,
            InputStream archive,
            Wanted wanted,
            @Nullable OneMount only,
            Consumer<String> warn)
            throws IOException {
        var plain = Decompression.open(archive, DecompressionLimits.DEFAULT);
        try (var tar = new TarReader(plain, TarLimits.DEFAULT)) {
            var reading = new CacheImport(store, wanted, only, warn);
            reading.readAll(tar);
            store.commit();
            return new CacheExport.Summary(reading.records, reading.layers, reading.mounts);
        } catch (dev.slipway.image.tar.TarException
                | dev.slipway.image.compress.DecompressionException e) {
            throw new InvalidCacheArchiveException(
                    "the archive cannot be read: " + BuildException.messageOf(e), e);
        }
    }

    private void readAll(TarReader tar) throws IOException {
        var first = tar.next();
        if (first == null
                || !first.path().toString().equals(CacheArchive.MAGIC)
                || !text(tar, first, 64).equals(CacheArchive.VERSION)) {
            throw new InvalidCacheArchiveException(
                    "this is no archive of slipway cache export, or of another version", null);
        }
        members++;
        for (var entry = tar.next(); entry != null; entry = tar.next()) {
            var path = entry.path().toString();
            if (path.equals(CacheArchive.END)) {
                if (!text(tar, entry, 64).equals(Integer.toString(members))) {
                    break;
                }
                return;
            }
            if (entry.kind() != TarEntry.Kind.REGULAR) {
                throw new InvalidCacheArchiveException(path + " is no file", null);
            }
            member(tar, entry, path);
            members++;
        }
        throw new InvalidCacheArchiveException("the archive is cut short", null);
    }

    private void member(TarReader tar, TarEntry entry, String path) throws IOException {
        if (path.startsWith(CacheArchive.LAYERS)) {
            layer(tar, entry, path.substring(CacheArchive.LAYERS.length()));
        } else if (path.startsWith(CacheArchive.RECORDS)) {
            record(tar, entry, path.substring(CacheArchive.RECORDS.length()));
        } else if (path.startsWith(CacheArchive.RESULTS)) {
            block(tar, entry, path.substring(CacheArchive.RESULTS.length()));
        } else if (path.startsWith(CacheArchive.MOUNTS)) {
            mount(tar, entry, path.substring(CacheArchive.MOUNTS.length()));
        } else {
            throw new InvalidCacheArchiveException("it has a member " + path, null);
        }
    }

    private static String text(TarReader tar, TarEntry entry, int most) throws IOException {
        return new String(bytes(tar, entry, most), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(TarReader tar, TarEntry entry, int most) throws IOException {
        if (entry.kind() != TarEntry.Kind.REGULAR || entry.size() > most) {
            throw new InvalidCacheArchiveException(entry.path() + " is too long", null);
        }
        return tar.content().readNBytes(most);
    }

    private static String hex(String name) throws InvalidCacheArchiveException {
        if (!CacheArchive.isHex(name)) {
            throw new InvalidCacheArchiveException("\"" + name + "\" is no digest", null);
        }
        return name;
    }

    private void layer(TarReader tar, TarEntry entry, String name) throws IOException {
        var diffId = new Digest(Digest.SHA256, hex(name));
        if (!wanted.records()) {
            return;
        }
        store.lease().use(diffId);
        if (store.layers().find(diffId).isEmpty()) {
            var expected = Descriptor.of(MediaTypes.OCI_LAYER, diffId, entry.size());
            store.layers().add(tar.content(), expected, diffId);
        }
        layers++;
    }

    private void record(TarReader tar, TarEntry entry, String key) throws IOException {
        var bytes = bytes(tar, entry, MAX_RECORD_BYTES);
        var record = target.decode(bytes);
        if (record == null
                || !(hex(key).equals(record.definitionKey()) || key.equals(record.contentKey()))) {
            throw new InvalidCacheArchiveException("the record " + key + " is damaged", null);
        }
        if (!wanted.records()) {
            return;
        }
        if (!whole.all(record.result(), change -> isThere(record, change.diffId()))) {
            return;
        }
        RecordStore.write(target.directory(), key, bytes);
        records++;
    }

    private boolean isThere(CacheRecord record, @Nullable Digest diffId) throws IOException {
        boolean there = diffId == null || store.layers().find(diffId).isPresent();
        if (!there) {
            warn.accept(record.name() + " is left out: its layer " + diffId + " is missing");
        }
        return there;
    }

    private void block(TarReader tar, TarEntry entry, String id) throws IOException {
        var block = ResultBlock.parse(bytes(tar, entry, ResultBlock.MAX_BYTES));
        boolean whole = block != null && block.id().equals(hex(id));
        if (block == null || !whole || (wanted.records() && !target.putBlock(block))) {
            throw new InvalidCacheArchiveException("the result " + id + " is damaged", null);
        }
    }

    private void mount(TarReader tar, TarEntry entry, String path) throws IOException {
        int slash = path.indexOf('/');
        var name = hex(slash < 0 ? path : path.substring(0, slash));
        var file = path.substring(slash + 1);
        if (file.equals("id")) {
            mountIds.put(name, text(tar, entry, MAX_ID_BYTES));
            return;
        }
        var id = mountIds.get(name);
        if (!file.endsWith(".tar") || id == null) {
            throw new InvalidCacheArchiveException("it has a member " + entry.path(), null);
        }
        if (wanted.mounts()) {
            var digest = hex(file.substring(0, file.length() - 4));
            if (only != null && !(only.name().equals(name) && only.id().equals(id))) {
                throw new InvalidCacheArchiveException(
                        "it is of the cache mount " + id + ", not of " + only.id(), null);
            }
            if (mount(tar.content(), name, id, digest)) {
                mounts++;
            }
        }
    }

    /// @return whether it was taken in
    private boolean mount(InputStream content, String name, String id, String digest)
            throws IOException {
        var home = store.home().resolve("cache").resolve("mounts").resolve(name);
        Files.createDirectories(home);
        var lockFile = home.resolve(CacheMounts.SHARED_NAME + CacheMounts.LOCK);
        try (var lock = FileLock.tryExclusive(lockFile)) {
            if (lock == null) {
                warn.accept("the cache mount " + id + " is left out: a build uses it");
                return false;
            }
            var data = home.resolve(CacheMounts.SHARED_NAME);
            boolean stays = only == null ? Files.exists(data) : !CacheMounts.isEmpty(data);
            if (stays && (only != null || !wanted.replace())) {
                warn.accept("the cache mount " + id + " is left out: there is one already");
                return false;
            }
            var unpacked = store.newTemp("mount");
            unpack(content, unpacked, digest);
            replace(home, unpacked);
            RecordStore.write(home, "id", id.getBytes(StandardCharsets.UTF_8));
            return true;
        }
    }

    private static void unpack(InputStream content, Path directory, String digest)
            throws IOException {
        var sha = KeyHash.sha256();
        var in = new DigestInputStream(content, sha);
        try (var into = Dir.open(directory);
                var tar = new TarReader(in, TarLimits.DEFAULT)) {
            new MountUnpacking(tar, into).run();
            tar.drain();
        }
        if (!HexFormat.of().formatHex(sha.digest()).equals(digest)) {
            throw new InvalidCacheArchiveException(
                    "the files of a cache mount are not those of " + digest, null);
        }
    }

    private static void replace(Path home, Path unpacked) throws IOException {
        try (var there = Dir.open(home);
                var temporary = Dir.open(unpacked.resolveSibling("."))) {
            var data = RawPath.of(CacheMounts.SHARED_NAME);
            if (there.statIfExists(data) != null) {
                there.removeTree(data);
            }
            temporary.rename(RawPath.of(String.valueOf(unpacked.getFileName())), there, data);
        }
    }
}
