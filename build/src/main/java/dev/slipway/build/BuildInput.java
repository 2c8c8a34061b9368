package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a build starts from: the Dockerfile, and the context if there is one.
///
/// @param root null: there is no context
/// @param held what keeps them here; closed when the build has ended
record BuildInput(DockerfileSource dockerfile, @Nullable ContextRoot root, AutoCloseable held) {
    /// Reads the Dockerfile, and brings a context from elsewhere here.
    static BuildInput of(dev.slipway.image.Store store, BuildRequest request, Events events)
            throws BuildException, InterruptedException {
        if (request.remoteContext() != null
                || request.contextArchive() != null
                || request.dockerfileAddress() != null) {
            return new RemoteInput(store, request, events).open();
        }
        return local(request, DockerfileSource.of(request));
    }

    static BuildInput local(BuildRequest request, DockerfileSource dockerfile)
            throws BuildException {
        var directory = request.context();
        if (directory == null) {
            return new BuildInput(dockerfile, null, () -> {});
        }
        return new BuildInput(dockerfile, root(request, directory, dockerfile.file()), () -> {});
    }

    /// The context in `directory`, with the ignore file that counts: the one asked for, else the
    /// Dockerfile's own, else the context's.
    static ContextRoot root(BuildRequest request, Path directory, @Nullable Path dockerfile)
            throws BuildException {
        var usual = ContextRoot.of(directory, request.preserved());
        var asked = request.ignoreFile();
        if (asked != null && !Files.exists(asked)) {
            throw BuildException.of("there is no ignore file " + asked).make();
        }
        var own = asked != null ? asked : ownIgnoreFile(dockerfile);
        return own == null
                ? usual
                : new ContextRoot(
                        directory, usual.subdirectory(), own, List.of(), usual.preserved());
    }

    private static @Nullable Path ownIgnoreFile(@Nullable Path dockerfile) {
        if (dockerfile == null) {
            return null;
        }
        var own = dockerfile.resolveSibling(dockerfile.getFileName() + ".dockerignore");
        return Files.exists(own) ? own : null;
    }
}
