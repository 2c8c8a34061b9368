package dev.slipway.build.fetch;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Durable;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.RawPath;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The directory of the cache that belongs to one remote place, named by the hash of its address.
///
/// While it is open a share of its lock is held, so that nothing in it is pruned; who changes it
/// holds another lock besides. In it lies `about`: the address as a person may see it.
public final class CacheRoom implements AutoCloseable {
    /// The lock that says a room is in use.
    public static final String IN_USE = "use.lock";

    /// Behind the name of something: what was made of it, which goes when it goes.
    static final String UNPACKED = "-unpacked";

    private static final String LOCK = ".lock";

    private final Path directory;
    private final FileLock inUse;

    private CacheRoom(Path directory, FileLock inUse) {
        this.directory = directory;
        this.inUse = inUse;
    }

    /// Opens the room of `address`, which must hold no credentials.
    static CacheRoom open(Path kind, String address) throws IOException {
        Path directory = kind.resolve(sha256(address).substring(0, 32));
        while (true) {
            Files.createDirectories(directory);
            Path lock = directory.resolve(IN_USE);
            FileLock held = FileLock.shared(lock);
            if (Files.exists(lock)) { // else it was pruned between the two lines above
                CacheRoom room = new CacheRoom(directory, held);
                room.enter(address);
                return room;
            }
            held.close();
        }
    }

    private void enter(String address) throws IOException {
        Path about = directory.resolve("about");
        if (!Files.exists(about)) {
            write(about, address);
        }
        Files.setLastModifiedTime(directory, FileTime.fromMillis(System.currentTimeMillis()));
    }

    /// Replaces a file in one step, and for good.
    static void write(Path file, String text) throws IOException {
        Durable.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(String text) {
        return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Path directory() {
        return directory;
    }

    Path resolve(String name) {
        return directory.resolve(name);
    }

    /// Waits until nobody else changes the room.
    ///
    /// @throws InterruptedException if the thread is interrupted meanwhile
    FileLock change() throws IOException, InterruptedException {
        try {
            return FileLock.exclusive(directory.resolve("change.lock"));
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw e;
        }
    }

    /// Takes a share of one thing in the room, so that [#discard] leaves it. Only while this room's
    /// [#change] lock is held.
    FileLock use(String name) throws IOException {
        return FileLock.shared(resolve(name + LOCK));
    }

    /// Removes one thing of the room unless somebody uses it. Only while this room's [#change] lock
    /// is held.
    void discard(String name) throws IOException {
        try (FileLock lock = FileLock.tryExclusive(resolve(name + LOCK));
                Dir dir = Dir.open(directory)) {
            if (lock != null) {
                dir.removeTree(RawPath.of(name));
                dir.removeTree(RawPath.of(name + UNPACKED));
                dir.unlink(RawPath.of(name + LOCK));
            }
        }
    }

    /// Lets the room go. Idempotent.
    @Override
    public void close() {
        inUse.close();
    }
}
