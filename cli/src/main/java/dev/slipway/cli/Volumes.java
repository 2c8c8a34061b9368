package dev.slipway.cli;

import dev.slipway.cli.options.UsageException;
import dev.slipway.image.FileTree;
import dev.slipway.image.Store;
import dev.slipway.linux.Dir;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.RawPath;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Volumes: directories `volumes/<name>/_data` of the store, which outlive containers, and nameless
/// ones, which do not. An empty volume starts with what the image has at the place it is mounted
/// on, as docker's does.
final class Volumes {
    private static final int LONGEST_NAME = 200;

    private final Store store;
    private final FileTree image;

    Volumes(Store store, FileTree image) {
        this.store = store;
        this.image = image;
    }

    /// The directory of a named volume, made and filled at its first use.
    ///
    /// @param copy whether a new volume starts with the image's files
    Path named(String name, String target, boolean copy) throws UsageException, IOException {
        if (!isName(name)) {
            throw new UsageException(
                    "invalid volume name \"" + name + "\"",
                    "A name has letters, digits, _, . and -; a path starts with / or a dot.");
        }
        Path volume = store.home().resolve("volumes").resolve(name);
        Path data = volume.resolve("_data");
        try (FileLock _ = store.lock("volume " + name)) {
            if (!Files.isDirectory(data)) {
                Path fresh = store.newTemp("volume");
                Path filled = fresh.resolve("_data");
                fill(fresh, copy ? target : null);
                Files.createDirectories(volume);
                Files.move(filled, data);
            }
        }
        return data;
    }

    /// A new volume in `directory`, filled from the image.
    Path nameless(Path directory, String target) throws IOException {
        Path place = Files.createTempDirectory(directory, "volume");
        fill(place, target);
        return place.resolve("_data");
    }

    private void fill(Path place, @org.jspecify.annotations.Nullable String target)
            throws IOException {
        try (Dir into = Dir.open(place)) {
            new TreeSeed(image, into, RawPath.of("_data"))
                    .plant(target == null ? null : RawPath.of(target).normalize());
        }
    }

    private static boolean isName(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean word =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!word && (i == 0 || "_.-".indexOf(c) < 0)) {
                return false;
            }
        }
        return true;
    }

    /// The names of all volumes, sorted.
    static List<String> names(Path home) throws IOException {
        Path directory = home.resolve("volumes");
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> volumes = Files.newDirectoryStream(directory)) {
                for (Path volume : volumes) {
                    names.add(String.valueOf(volume.getFileName()));
                }
            }
        }
        names.sort(null);
        return names;
    }

    /// Removes all named volumes.
    ///
    /// @return the names that went
    static List<String> removeAll(Store store) throws IOException {
        List<String> names = names(store.home());
        for (String name : names) {
            try (FileLock _ = store.lock("volume " + name);
                    Dir volumes = Dir.open(store.home().resolve("volumes"))) {
                volumes.removeTree(RawPath.of(name));
            }
        }
        return names;
    }
}
