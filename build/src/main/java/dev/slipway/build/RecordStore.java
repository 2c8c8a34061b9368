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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// The cache records of a store: files named by key, under `cache/records`.
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
    private final Consumer<String> warn;

    RecordStore(Path home, Consumer<String> warn) {
        this.directory = home.resolve("cache").resolve("records");
        this.inputs = home.resolve("cache").resolve("inputs");
        this.warn = warn;
    }

    Path directory() {
        return directory;
    }

    /// The record kept under `key`, or null.
    @Nullable CacheRecord find(String key) {
        var file = directory.resolve(key);
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            warn.accept("cache record " + key + " cannot be read, the step is done anew: " + e);
            return null;
        }
        var record = bytes.length > MAX_BYTES ? null : CacheRecord.decode(bytes);
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

    /// Keeps `record` under both its keys, as one file of two names.
    void put(CacheRecord record) throws IOException {
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
