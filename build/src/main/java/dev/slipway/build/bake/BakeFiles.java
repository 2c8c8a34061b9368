package dev.slipway.build.bake;

import dev.slipway.build.BuildException;
import dev.slipway.build.RemoteFiles;
import dev.slipway.build.fetch.Addresses;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds and reads bake files.
public final class BakeFiles {
    /// No bake file holds more.
    public static final int MAX_BYTES = BakeSource.MAX_CHARACTERS;

    /// The files that are read when none is named, as far as they are there.
    public static final List<String> USUAL =
            List.of(
                    "compose.yaml",
                    "compose.yml",
                    "docker-compose.yml",
                    "docker-compose.yaml",
                    "docker-bake.json",
                    "docker-bake.hcl",
                    "docker-bake.override.json",
                    "docker-bake.override.hcl");

    private static final String HERE = "cwd://";

    private BakeFiles() {}

    /// Reads files in the order named.
    ///
    /// @param names `-` is standard input; empty: [#USUAL]
    /// @param directory what names are relative to
    /// @throws BakeException if one cannot be read, or none of the usual is there
    public static List<BakeSource> read(List<String> names, Path directory, InputStream in)
            throws BakeException {
        List<BakeSource> sources = new ArrayList<>();
        for (var name : names.isEmpty() ? USUAL : names) {
            var path = name.startsWith(HERE) ? name.substring(HERE.length()) : name;
            if (path.contains("://") || path.startsWith("git@")) {
                throw new BakeException(
                        "-f names a file, not the address " + Addresses.redacted(path),
                        "give the address itself: slipway bake ADDRESS");
            }
            var text =
                    path.equals("-")
                            ? fromStandardInput(in)
                            : read(directory.resolve(path), names.isEmpty());
            if (text != null) {
                sources.add(new BakeSource(path, text));
            }
        }
        if (sources.isEmpty()) {
            throw new BakeException(
                    "there is no bake file here", "name one with -f, or write " + USUAL.get(5));
        }
        return sources;
    }

    /// Reads files of an address, as buildx does.
    ///
    /// @param names files of the repository, `cwd://FILE` of the working directory, or `-`; empty:
    ///   [#USUAL] ones of the repository. The file of a web address is always read, and first
    /// @param remote what the address led to
    /// @param directory the working directory
    /// @throws BakeException if one cannot be read, or none of the usual is there
    public static List<BakeSource> read(
            List<String> names, RemoteFiles remote, Path directory, InputStream in)
            throws BakeException {
        List<BakeSource> sources = new ArrayList<>();
        if (!remote.isRepository()) {
            sources.add(source(remote, remote.name()));
        }
        for (var name : names.isEmpty() && remote.isRepository() ? USUAL : names) {
            if (name.equals("-") || name.startsWith(HERE)) {
                sources.addAll(read(List.of(name), directory, in));
                continue;
            }
            if (!remote.isRepository()) {
                throw new BakeException(
                        "-f " + name + ": the address is that of a single file",
                        "files of this directory are named -f " + HERE + name);
            }
            var source = source(remote, name);
            if (source != null) {
                sources.add(source);
            } else if (!names.isEmpty()) {
                throw new BakeException(
                        "there is no " + name + " in the repository",
                        "files of this directory are named -f " + HERE + name);
            }
        }
        if (sources.isEmpty()) {
            throw new BakeException(
                    "there is no bake file in the repository", "name one of its files with -f");
        }
        return sources;
    }

    private static @Nullable BakeSource source(RemoteFiles remote, String name)
            throws BakeException {
        try {
            byte[] bytes = remote.read(name, MAX_BYTES);
            return bytes == null ? null : new BakeSource(name, text(name, bytes));
        } catch (BuildException e) {
            throw new BakeException(String.valueOf(e.getMessage()), e.hint());
        }
    }

    private static String fromStandardInput(InputStream in) throws BakeException {
        try {
            return text("standard input", in.readNBytes(MAX_BYTES + 1));
        } catch (IOException e) {
            throw new BakeException("cannot read standard input: " + e.getMessage(), null);
        }
    }

    private static @Nullable String read(Path file, boolean optional) throws BakeException {
        if (optional && !Files.exists(file)) {
            return null;
        }
        try (var in = Files.newInputStream(file)) {
            return text(file.toString(), in.readNBytes(MAX_BYTES + 1));
        } catch (java.nio.file.NoSuchFileException _) {
            throw new BakeException("there is no " + file, "name the bake file with -f");
        } catch (IOException e) {
            throw new BakeException("cannot read " + file + ": " + e.getMessage(), null);
        }
    }

    private static String text(String name, byte[] bytes) throws BakeException {
        if (bytes.length > MAX_BYTES) {
            throw new BakeException(name + " is too long to be a bake file", null);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new BakeException(name + " is not text in UTF-8", null);
        }
    }
}
