package dev.slipway.distribution;

import dev.slipway.image.Digest;
import dev.slipway.image.Store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which repositories have which blobs, as far as this store knows from pulls and pushes: a
/// registry can take a blob from one of its repositories into another without anyone sending it. A
/// file for each repository in `cache/origins`, a digest a line. It is advice: what is missing or
/// wrong costs a request.
final class Origins {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MOST_CANDIDATES = 3;

    private final Path directory;

    Origins(Store store) {
        this.directory = store.home().resolve("cache").resolve("origins");
    }

    private Path file(Repository repository) {
        String encoded = repository.name().replace('/', '+').replace(':', '=');
        boolean fits = encoded.length() <= 200;
        String name =
                fits
                        ? encoded
                        : "+" + Digest.sha256(encoded.getBytes(StandardCharsets.UTF_8)).hex();
        return directory.resolve(name);
    }

    /// Notes that the repository has these blobs.
    synchronized void add(Repository repository, Collection<Digest> blobs) {
        Path file = file(repository);
        try {
            Files.createDirectories(directory);
            Set<String> known = lines(file);
            var fresh = new StringBuilder();
            for (Digest each : blobs) {
                if (known.add(each.toString())) {
                    fresh.append(each).append('\n');
                }
            }
            if (fresh.isEmpty()) {
                return;
            }
            if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
                Files.delete(file); // old news
            }
            Files.writeString(file, fresh, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException _) {
            // The next push asks for less.
        }
    }

    private static Set<String> lines(Path file) throws IOException {
        try {
            return new HashSet<>(Files.readAllLines(file, StandardCharsets.US_ASCII));
        } catch (NoSuchFileException | java.nio.charset.CharacterCodingException _) {
            return new HashSet<>();
        }
    }

    /// Paths of repositories on the same registry that have the blob.
    synchronized List<String> candidates(Repository target, Digest blob) {
        var found = new ArrayList<String>();
        String prefix = target.host().name().replace(':', '=') + '+';
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (found.size() < MOST_CANDIDATES
                        && name.startsWith(prefix)
                        && !file.equals(file(target))
                        && lines(file).contains(blob.toString())) {
                    found.add(name.substring(prefix.length()).replace('+', '/'));
                }
            }
        } catch (IOException _) {
            return found; // nothing was ever moved
        }
        return found;
    }
}
