package dev.slipway.build.fetch;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// What a fetch gets from whoever asked for it.
public interface Surroundings {
    /// The secret called `id`; null if there is none. Its value may be used for the host it is
    /// meant for, and nothing else.
    byte @Nullable [] secret(String id) throws IOException;

    /// A variable about proxies, such as `https_proxy`; null if it is not set.
    @Nullable String proxy(String name);

    /// An agent that holds keys for ssh; null: there is none. Closed after use.
    @Nullable Agent sshAgent() throws IOException;

    /// An agent that listens on a socket until it is closed.
    interface Agent extends AutoCloseable {
        String socket();

        @Override
        void close() throws IOException;
    }

    /// Has `action` done when the work is to stop, until what is returned is closed.
    AutoCloseable whenStopped(Runnable action);
}
