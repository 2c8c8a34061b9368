package dev.slipway.build;

import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/// What a build that is held to a lock asks it. The file is read when the first name is looked up.
/// Thread-safe.
public final class LockFile {
    private final @Nullable Path file;
    private final String absence;
    private @Nullable DockerfileLock lock;

    /// @param file that names are looked up in
    public LockFile(Path file) {
        this(file, "");
    }

    private LockFile(@Nullable Path file, String absence) {
        this.file = file;
        this.absence = absence;
    }

    /// The lock of a Dockerfile that can have none: only what it pins itself may be used.
    ///
    /// @param why it can have none, for the message that refuses a name
    public static LockFile none(String why) {
        return new LockFile(null, why);
    }

    /// For messages.
    String name() {
        return file == null ? "the Dockerfile" : String.valueOf(file.getFileName());
    }

    /// @throws LockException if there is none of this name
    LockEntry image(Reference name) throws IOException {
        var digest = name.digest();
        if (file == null && digest != null) {
            return new LockEntry(
                    name, digest, java.util.List.of(), name.registry(), java.time.Instant.EPOCH);
        }
        var known = known(name.familiar(), "add its digest to the name: NAME@sha256:…");
        var entry = known.find(name);
        if (entry != null) {
            return entry;
        }
        throw drift(name.familiar(), other(name, known.nearest(name)));
    }

    private static @Nullable String other(Reference name, @Nullable LockEntry nearest) {
        if (nearest == null) {
            return null;
        }
        var other = nearest.reference();
        boolean pinnedElse =
                name.digest() != null && other.tag() != null && other.tag().equals(name.tag());
        return pinnedElse ? nearest.pinned().familiar() : other.familiar();
    }

    /// @throws LockException if there is none of this address
    LockedSource source(String address) throws IOException {
        var known = known(address, "say what it must be: ADD --checksum");
        var entry = known.source(address);
        if (entry != null) {
            return entry;
        }
        throw drift(address, null);
    }

    private synchronized DockerfileLock known(String name, String instead) throws IOException {
        var known = lock;
        if (known != null) {
            return known;
        }
        if (file == null) {
            throw new LockException(name + " is not locked: " + absence, instead);
        }
        known = DockerfileLock.read(file);
        if (known == null) {
            throw new LockException(
                    "there is no lock " + file + ", and --locked builds by nothing else",
                    "write it with slipway lock, and commit it with the Dockerfile");
        }
        lock = known;
        return known;
    }

    private LockException drift(String name, @Nullable String other) {
        return new LockException(
                name + " is not in " + name() + (other == null ? "" : ", which has " + other),
                "if the Dockerfile is as it should be, bring the lock up: slipway lock");
    }

    /// What is there is not what the lock has.
    LockException changed(LockedSource entry, String why) {
        return new LockException(
                why + ", as " + name() + " has it",
                "if it was meant to change: slipway lock --update="
                        + entry.address()
                        + "; else do not trust it");
    }
}
