package dev.slipway.lint;

import dev.slipway.dockerfile.IgnorePatternException;
import dev.slipway.dockerfile.IgnorePatterns;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A build context that is a directory. It is read when a rule first asks. Safe to share between
/// threads.
public final class DirectoryContext implements ContextFiles {
    private static final int MAX_FILES = 200_000;
    private static final int MAX_IGNORE_BYTES = 1 << 20;

    private final Path directory;
    private final Path dockerfile;
    private @Nullable IgnorePatterns ignored;
    private @Nullable List<File> files;
    private boolean walked;

    /// @param dockerfile the file that is built: `<name>.dockerignore` beside it comes first
    public DirectoryContext(Path directory, Path dockerfile) {
        this.directory = directory;
        this.dockerfile = dockerfile;
    }

    /// One of which only the ignore file is known: its files are not listed, which takes a while
    /// where there are many.
    public static DirectoryContext unlisted(Path directory, Path dockerfile) {
        DirectoryContext context = new DirectoryContext(directory, dockerfile);
        context.walked = true;
        return context;
    }

    @Override
    public synchronized IgnorePatterns ignored() {
        IgnorePatterns known = ignored;
        if (known == null) {
            known = read();
            ignored = known;
        }
        return known;
    }

    private IgnorePatterns read() {
        Path own = ownIgnoreFile(dockerfile);
        Path file = Files.isRegularFile(own) ? own : directory.resolve(".dockerignore");
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_IGNORE_BYTES) {
                return IgnorePatterns.NONE;
            }
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            return IgnorePatterns.parse(text);
        } catch (IOException | IgnorePatternException e) {
            return IgnorePatterns.NONE; // the build says so
        }
    }

    @Override
    public synchronized @Nullable List<File> files() {
        if (!walked) {
            walked = true;
            files = walk();
        }
        return files;
    }

    static Path ownIgnoreFile(Path dockerfile) {
        return dockerfile.resolveSibling(dockerfile.getFileName() + ".dockerignore");
    }

    private @Nullable List<File> walk() {
        List<File> found = new ArrayList<>();
        IgnorePatterns patterns = ignored();
        try {
            Files.walkFileTree(
                    directory,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path path, BasicFileAttributes attributes) {
                            String name = relative(path);
                            boolean skipped =
                                    !name.isEmpty()
                                            && patterns.ignores(name)
                                            && !patterns.mayReinclude(name);
                            return skipped
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path path, BasicFileAttributes attributes) {
                            String name = relative(path);
                            if (!patterns.ignores(name)) {
                                found.add(new File(name, attributes.size()));
                            }
                            return found.size() > MAX_FILES
                                    ? FileVisitResult.TERMINATE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path path, IOException failure) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            return null;
        }
        if (found.size() > MAX_FILES) {
            return null;
        }
        found.sort(Comparator.comparing(File::path));
        return List.copyOf(found);
    }

    private String relative(Path path) {
        return directory.relativize(path).toString();
    }
}
