package dev.slipway.lint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Build contexts that are directories: each is read once, for however many Dockerfiles. Safe to
/// share between threads.
public final class DirectoryContexts {
    private final Map<Path, DirectoryContext> shared = new HashMap<>();

    /// Returns the context of a Dockerfile.
    public synchronized ContextFiles of(Path directory, Path dockerfile) {
        if (Files.isRegularFile(DirectoryContext.ownIgnoreFile(dockerfile))) {
            return new DirectoryContext(directory, dockerfile);
        }
        DirectoryContext context = shared.get(directory);
        if (context == null) {
            context = new DirectoryContext(directory, dockerfile);
            shared.put(directory, context);
        }
        return context;
    }
}
