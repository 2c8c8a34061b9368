package dev.slipway.build.bake;

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
    private static final int MAX_BYTES = BakeSource.MAX_CHARACTERS;

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
            var path = name.startsWith("cwd://") ? name.substring("cwd://".length()) : name;
            if (path.contains("://") || path.startsWith("git@")) {
                throw new BakeException(
                        "a bake file is read from a directory, not from " + path,
                        "fetch it and name its file");
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
