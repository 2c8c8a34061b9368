package dev.slipway.build;

import dev.slipway.image.Digest;
import dev.slipway.image.ImageException;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// The lock of a Dockerfile: what its names of images, and the addresses of its `ADD`s stand for.
/// JSON, `Dockerfile.lock` beside `Dockerfile`, to be kept under version control.
///
/// @param entries of images, by reference, each once
/// @param sources by address, each once
public record DockerfileLock(List<LockEntry> entries, List<LockedSource> sources) {
    /// Version 2 has sources. A lock without any is written as version 1: who knows no sources can
    /// read it, and is refused one that it would not hold a build to.
    private static final int VERSION = 2;

    private static final int MAX_BYTES = 4 << 20;

    /// The lock of a Dockerfile that has no images.
    public static final DockerfileLock EMPTY = new DockerfileLock(List.of(), List.of());

    public DockerfileLock {
        var sorted = new TreeMap<String, LockEntry>();
        for (var entry : entries) {
            sorted.put(entry.reference().familiar(), entry);
        }
        entries = List.copyOf(sorted.values());
        var addresses = new TreeMap<String, LockedSource>();
        for (var source : sources) {
            addresses.put(source.address(), source);
        }
        sources = List.copyOf(addresses.values());
    }

    /// Where the lock of a Dockerfile is kept: `app.Dockerfile.lock` beside `app.Dockerfile`.
    public static Path beside(Path dockerfile) {
        return dockerfile.resolveSibling(dockerfile.getFileName() + ".lock");
    }

    /// Reads a lock; null if there is no such file.
    ///
    /// @throws ImageException if it is damaged
    public static @Nullable DockerfileLock read(Path file) throws IOException {
        byte[] text;
        try (InputStream in = Files.newInputStream(file)) {
            text = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException _) {
            return null;
        }
        if (text.length > MAX_BYTES) {
            throw damaged(file, "it is too long", null);
        }
        try {
            return parse(text);
        } catch (ImageException | DateTimeException e) {
            throw damaged(file, BuildException.messageOf(e), e);
        }
    }

    private static ImageException damaged(Path file, String why, @Nullable Throwable cause) {
        return new ImageException(
                "the lock " + file + " cannot be read: " + why,
                "Take it from version control again, or delete it and run slipway lock.",
                cause);
    }

    static DockerfileLock parse(byte[] text) throws ImageException {
        var json = Json.parseObject(text);
        long version = json.number("version", 0);
        if (version < 1 || version > VERSION) {
            throw new ImageException("it is not of version 1 or " + VERSION);
        }
        var entries = new ArrayList<LockEntry>();
        for (var each : json.objects("images")) {
            entries.add(entry(each));
        }
        var sources = new ArrayList<LockedSource>();
        if (version > 1) {
            for (var each : json.objects("sources")) {
                sources.add(
                        LockedSource.of(
                                each.requiredText("address"),
                                each.requiredText("checksum"),
                                Instant.parse(each.requiredText("resolved"))));
            }
        }
        return new DockerfileLock(entries, sources);
    }

    private static LockEntry entry(Json.Obj json) throws ImageException {
        var reference = Reference.parse(json.requiredText("reference")).withDefaultTag();
        var digest = Digest.parse(json.requiredText("digest"));
        if (reference.digest() != null && !reference.digest().equals(digest)) {
            throw new ImageException(reference.familiar() + " is given another digest");
        }
        var platforms = json.texts("platforms");
        return new LockEntry(
                reference,
                digest,
                platforms == null ? List.of() : platforms,
                json.text("source", reference.registry()),
                Instant.parse(json.requiredText("resolved")));
    }

    /// The text of the file; equal locks give equal bytes.
    public byte[] toJson() {
        int version = sources.isEmpty() ? 1 : VERSION;
        var json = JsonWriter.indented(2).beginObject().member("version", version);
        json.name("images").beginArray();
        for (var entry : entries) {
            json.beginObject().member("reference", entry.reference().familiar());
            json.member("digest", entry.digest().toString());
            json.member("platforms", entry.platforms());
            json.member("source", entry.source());
            json.member("resolved", entry.resolved().toString()).endObject();
        }
        json.endArray();
        if (!sources.isEmpty()) {
            json.name("sources").beginArray();
            for (var source : sources) {
                json.beginObject().member("address", source.address());
                json.member("checksum", source.checksum());
                json.member("resolved", source.resolved().toString()).endObject();
            }
            json.endArray();
        }
        return (json.endObject() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /// Writes the lock in the place of the one that was there.
    public void write(Path file) throws IOException {
        try (var out = new ReplacingFile(file)) {
            byte[] text = toJson();
            out.fd().write(text, 0, text.length);
            out.keep();
        }
    }

    /// The entry of a name; null if there is none.
    public @Nullable LockEntry find(Reference name) {
        var wanted = name.withDefaultTag();
        for (var entry : entries) {
            if (entry.reference().equals(wanted)) {
                return entry;
            }
        }
        return null;
    }

    /// The entry of an address; null if there is none.
    public @Nullable LockedSource source(String address) {
        for (var source : sources) {
            if (source.address().equals(address)) {
                return source;
            }
        }
        return null;
    }

    /// All entries: those of images, then those of addresses.
    public List<Pin> pins() {
        var pins = new ArrayList<Pin>(entries);
        pins.addAll(sources);
        return pins;
    }

    /// An entry that a name may have had before the Dockerfile changed: the same tag with another
    /// digest, else another tag; null if there is none.
    @Nullable LockEntry nearest(Reference name) {
        LockEntry nearest = null;
        for (var entry : entries) {
            var other = entry.reference();
            if (!other.nameOnly().equals(name.nameOnly())) {
                continue;
            }
            if (other.tag() != null && other.tag().equals(name.tag())) {
                return entry;
            }
            nearest = nearest == null ? entry : nearest;
        }
        return nearest;
    }
}
