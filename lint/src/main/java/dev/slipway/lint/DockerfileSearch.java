package dev.slipway.lint;

import dev.slipway.dockerfile.IgnorePatternException;
import dev.slipway.dockerfile.IgnorePatterns;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Finds Dockerfiles in directories: `Dockerfile`, `Dockerfile.x`, `x.Dockerfile`, `Containerfile`
/// and the like, in any case.
public final class DockerfileSearch {
    private static final int MAX_FILES = 100_000;
    private static final Set<String> SKIPPED = Set.of(".git", ".hg", ".svn", "node_modules");

    private final IgnorePatterns excluded;

    /// @param excluded patterns of paths, relative to the directory that is searched, as in a
    ///   `.dockerignore`
    /// @throws IgnorePatternException if a pattern is malformed
    public DockerfileSearch(List<String> excluded) throws IgnorePatternException {
        this.excluded = IgnorePatterns.of(excluded);
    }

    /// Returns whether a file of this name is a Dockerfile.
    public static boolean isDockerfile(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".dockerignore") || lower.endsWith(".md")) {
            return false;
        }
        return lower.equals("dockerfile")
                || lower.equals("containerfile")
                || lower.startsWith("dockerfile.")
                || lower.startsWith("containerfile.")
                || lower.endsWith(".dockerfile")
                || lower.endsWith(".containerfile");
    }

    /// Returns the Dockerfiles beneath a directory, in the order of their paths. Links are not
    /// followed.
    ///
    /// @throws IOException if a directory cannot be read
    public List<Path> in(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path path, BasicFileAttributes attributes) {
                        boolean skipped =
                                !path.equals(directory)
                                        && (SKIPPED.contains(String.valueOf(path.getFileName()))
                                                || isExcluded(directory, path));
                        return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                        boolean wanted =
                                attributes.isRegularFile()
                                        && isDockerfile(String.valueOf(path.getFileName()))
                                        && !isExcluded(directory, path);
                        if (wanted) {
                            found.add(path);
                        }
                        return found.size() < MAX_FILES
                                ? FileVisitResult.CONTINUE
                                : FileVisitResult.TERMINATE;
                    }
                });
        found.sort(null);
        return found;
    }

    private boolean isExcluded(Path directory, Path path) {
        return !excluded.isEmpty()
                && excluded.ignores(directory.relativize(path).toString().replace('\\', '/'));
    }
}
