package dev.slipway.build;

import dev.slipway.build.fetch.FetchException;
import dev.slipway.build.fetch.Surroundings;
import dev.slipway.image.Store;
import dev.slipway.linux.Host;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What fetching for a build needs: where the store is, and what the request gives it.
final class Elsewhere implements Surroundings {
    private static final int AGENT_MODE = 0600;

    private final Store store;
    private final BuildRequest request;

    Elsewhere(Store store, BuildRequest request) {
        this.store = store;
        this.request = request;
    }

    Store store() {
        return store;
    }

    /// The store's directory.
    Path home() {
        return store.home();
    }

    BuildRequest request() {
        return request;
    }

    @Override
    public byte @Nullable [] secret(String id) throws IOException {
        var source = request.secrets().get(id);
        return source == null ? null : source.read();
    }

    /// Build arguments go before the caller's environment, as they do for RUN.
    @Override
    public @Nullable String proxy(String name) {
        var given = request.buildArgs().get(name);
        return given == null ? request.proxies().get(name) : given;
    }

    /// As for RUN, git sees a socket that lists keys and signs, and no more.
    @Override
    public @Nullable Agent sshAgent() throws IOException {
        var source = request.sshSources().get("default");
        if (source == null) {
            return null;
        }
        var directory = store.newTemp("ssh");
        var mount = new RunMount.Ssh("default", "", true, Host.uid(), Host.gid(), AGENT_MODE);
        var listening = SshAgentSocket.listen(directory, source, mount);
        return new Agent() {
            @Override
            public String socket() {
                return listening.path().toString();
            }

            @Override
            public void close() throws IOException {
                listening.close();
                Files.deleteIfExists(listening.path());
                Files.deleteIfExists(directory);
            }
        };
    }

    @Override
    public AutoCloseable whenStopped(Runnable action) {
        return request.cancellation().onCancel(action);
    }

    static BuildException failure(LockException e) {
        return BuildException.of(BuildException.messageOf(e)).hint(e.hint()).cause(e).make();
    }

    static BuildException failure(FetchException e) {
        return BuildException.of(BuildException.messageOf(e)).hint(e.hint()).cause(e).make();
    }
}
