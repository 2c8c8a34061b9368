package dev.slipway.dockerfile;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The shared cases with known outcomes; tests are skipped where they are not checked out.
final class Vectors {
    private static final Path ROOT = Path.of("..", "..", "shared", "vectors", "dockerfile");
    private static final Path FROM_ROOT = Path.of("..", "shared", "vectors", "dockerfile");

    private Vectors() {}

    static Path folder() {
        Path root = Files.isDirectory(ROOT) ? ROOT : FROM_ROOT;
        Assumptions.assumeTrue(Files.isDirectory(root), "needs the shared test vectors");
        return root;
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Returns all Dockerfiles among the vectors, good and bad.
    static List<Path> dockerfiles() {
        try (Stream<Path> all = Files.walk(folder())) {
            return all.filter(p -> p.endsWith("Dockerfile")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
