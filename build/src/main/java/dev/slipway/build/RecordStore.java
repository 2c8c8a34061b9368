package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// The cache records of a store: files named by key, under `cache/records`; and the blocks that
/// long results begin with, under `cache/results`.
///
/// A record that is missing, damaged, or of another key is a miss, never a failure. Records are
/// renamed into place but not synced: their checksum tells a whole one.
final class RecordStore {
    private static final long MAX_BYTES = 16 << 20;
    // A record's modification time is when it was last used, to this precision.
    private static final long USE_PRECISION_MILLIS = 60L * 60 * 1000;
    private static final AtomicLong TEMPORARIES = new AtomicLong();

    private final Path directory;
    private final Path inputs;
    private final Path results;
    private final Map<String, Snapshot> blocks = new ConcurrentHashMap<>();
    private final Set<String> kept = ConcurrentHashMap.newKeySet();
    private final Consumer<String> warn;

    RecordStore(Path home, Consumer<String> warn) {
        this.directory = home.resolve("cache").resolve("records");
        this.inputs = home.resolve("cache").resolve("inputs");
        this.results = home.resolve("cache").resolve("results");
        this.warn = warn;
    }

    Path directory() {
        return directory;
    }

    /// The record kept under `key`, or null.
    @Nullable CacheRecord find(String key) {
        var file = directory.resolve(key);
        CacheRecord record;
        try {
            byte[] bytes = Files.readAllBytes(file);
            record = bytes.length > MAX_BYTES ? null : decode(bytes);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            warn.accept("cache record " + key + " cannot be read, the step is done anew: " + e);
            return null;
        }
        if (record == null
                || !(key.equals(record.definitionKey()) || key.equals(record.contentKey()))) {
            warn.accept("cache record " + key + " is damaged, the step is done anew");
            return null;
        }
        return record;
    }

    /// Notes that the record under `key` was of use, so that it outlives unused ones.
    void touch(String key, long nowMillis) {
        var file = directory.resolve(key);
        try {
            if (nowMillis - Files.getLastModifiedTime(file).toMillis() > USE_PRECISION_MILLIS) {
                Files.setLastModifiedTime(file, FileTime.fromMillis(nowMillis));
            }
        } catch (IOException e) {
            // Another process removed it, or the store is read-only: its age is all that is lost.
            return;
        }
    }

    /// Reads a record whose result may begin with blocks of this store.
    ///
    /// @return null if it is damaged
    @Nullable CacheRecord decode(byte[] file) throws IOException {
        return CacheRecord.decode(file, this::result);
    }

    /// The result that ends with the block `id`; null if it is not there.
    private @Nullable Snapshot result(String id) throws IOException {
        var pending = new ArrayDeque<ResultBlock>();
        for (String at = id; at != null && !blocks.containsKey(at); ) {
            var block = block(at);
            if (block == null) {
                return null;
            }
            pending.push(block);
            at = block.begin();
        }
        for (var block : pending) {
            var result = block.result(blocks::get);
            if (result == null) {
                return null;
            }
            blocks.put(block.id(), result);
        }
        return blocks.get(id);
    }

    private @Nullable ResultBlock block(String id) throws IOException {
        if (!CacheArchive.isHex(id)) {
            return null;
        }
        try {
            var file = results.resolve(id);
            var block = ResultBlock.parse(Files.readAllBytes(file));
            if (block == null || !block.id().equals(id)) {
                Files.deleteIfExists(file); // so that it is written anew
                return null;
            }
            return block;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /// Keeps the blocks that a result begins with.
    private void putBlocks(Snapshot result) throws IOException {
        for (var block : ResultBlock.newIn(result, kept)) {
            if (!Files.exists(results.resolve(block.id()))) {
                write(results, block.id(), block.bytes());
            }
        }
    }

    /// Keeps a block that comes from elsewhere.
    ///
    /// @return false if it makes no sense, or stands on one that is not here
    boolean putBlock(ResultBlock block) throws IOException {
        var begin = block.begin();
        if (begin != null && result(begin) == null) {
            return false;
        }
        var result = block.result(blocks::get);
        if (result == null) {
            return false;
        }
        blocks.put(block.id(), result);
        if (kept.add(block.id())) {
            write(results, block.id(), block.bytes());
        }
        return true;
    }

    /// Keeps `record` under both its keys, as one file of two names.
    void put(CacheRecord record) throws IOException {
        putBlocks(record.result());
        var temporary = writeTemporary(directory, record.encode());
        var link = newTemporary(directory);
        try {
            Files.createLink(link, temporary);
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.copy(temporary, link); // a file system without links
        }
        var atomically = StandardCopyOption.ATOMIC_MOVE;
        Files.move(temporary, directory.resolve(record.definitionKey()), atomically);
        Files.move(link, directory.resolve(record.contentKey()), atomically);
    }

    /// Keeps the list of files that `digest` stands for, for explaining a later miss.
    void putInputs(String digest, byte[] listing) throws IOException {
        if (!Files.exists(inputs.resolve(digest))) {
            write(inputs, digest, listing);
        }
    }

    /// The list of files `digest` stands for, or null.
    byte @Nullable [] inputs(String digest) {
        try {
            return Files.readAllBytes(inputs.resolve(digest));
        } catch (IOException e) {
            return null; // an explanation is worth no failure
        }
    }

    static void write(Path directory, String name, byte[] bytes) throws IOException {
        var temporary = writeTemporary(directory, bytes);
        Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path writeTemporary(Path directory, byte[] bytes) throws IOException {
        var temporary = newTemporary(directory);
        try {
            Files.write(temporary, bytes);
        } catch (NoSuchFileException e) {
            Files.createDirectories(directory);
            Files.write(temporary, bytes);
        }
        return temporary;
    }

    /// Hidden, and unlike any key: a reader never sees it as a record.
    private static Path newTemporary(Path directory) {
        long number = TEMPORARIES.incrementAndGet();
        return directory.resolve(".new-" + ProcessHandle.current().pid() + "-" + number);
    }

    /// Tells `visitor` of each record file; the visitor may delete it.
    void forEachFile(FileVisitor visitor) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                visitor.visit(file);
            }
        } catch (NoSuchFileException e) {
            return; // nothing was ever built here
        }
    }

    /// Looks at one record file.
    interface FileVisitor {
        void visit(Path file) throws IOException;
    }
}
