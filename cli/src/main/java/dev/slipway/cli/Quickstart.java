package dev.slipway.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.CodeSource;

/// The example application that the demo builds: found, copied, removed again.
final class Quickstart {
    private static final Path PLACE = Path.of("examples", "quickstart");

    private Quickstart() {}

    /// The directory given, else `examples/quickstart` in a directory above this tool or above the
    /// working directory.
    static Path find(@Nullable String given) throws CommandException {
        Path found = given == null ? null : Path.of(given).toAbsolutePath();
        if (found == null) {
            found = above(toolDirectory());
        }
        if (found == null) {
            found = above(Path.of("").toAbsolutePath());
        }
        if (found == null || !isExample(found)) {
            throw new CommandException(
                    "examples/quickstart was not found", "Run it in Slipway's own directory.");
        }
        return found;
    }

    private static @Nullable Path above(@Nullable Path start) {
        for (Path at = start; at != null; at = at.getParent()) {
            if (isExample(at.resolve(PLACE))) {
                return at.resolve(PLACE);
            }
        }
        return null;
    }

    private static boolean isExample(Path directory) {
        return Files.isRegularFile(directory.resolve("Dockerfile"));
    }

    private static @Nullable Path toolDirectory() {
        CodeSource source = Quickstart.class.getProtectionDomain().getCodeSource();
        try {
            return source == null ? null : Path.of(source.getLocation().toURI()).getParent();
        } catch (URISyntaxException | IllegalArgumentException _) {
            return null;
        }
    }

    /// A new directory that only this user can enter.
    static Path place() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        Path place = temporary.resolve("slipway-demo-" + ProcessHandle.current().pid());
        return Files.createDirectory(
                place,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes facts) throws IOException {
                        Files.createDirectories(to.resolve(from.relativize(directory).toString()));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
                            throws IOException {
                        Files.copy(file, to.resolve(from.relativize(file).toString()));
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    static void removeQuietly(Path directory) {
        try {
            remove(directory);
        } catch (IOException _) {
            // Somebody still writes there; it is in a directory for temporary files.
        }
    }

    static void remove(Path directory) throws IOException {
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path each, @Nullable IOException problem) throws IOException {
                        if (problem != null) {
                            throw problem;
                        }
                        Files.delete(each);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
