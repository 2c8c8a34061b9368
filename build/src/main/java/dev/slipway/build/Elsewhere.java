package dev.slipway.build;

import dev.slipway.build.fetch.FetchException;
import dev.slipway.build.fetch.Surroundings;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/// What fetching for a build needs: where the store is, and what the request gives it.
final class Elsewhere implements Surroundings {
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

    @Override
    public @Nullable String sshAgent() {
        var socket = request.sshAgents().get("default");
        return socket == null ? null : socket.toString();
    }

    @Override
    public AutoCloseable whenStopped(Runnable action) {
        return request.cancellation().onCancel(action);
    }

    static BuildException failure(FetchException e) {
        return BuildException.of(BuildException.messageOf(e)).hint(e.hint()).cause(e).make();
    }
}
