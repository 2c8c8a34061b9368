package dev.slipway.cli;

import dev.slipway.container.ContainerException;
import dev.slipway.container.RootlessLauncher;

import java.util.HashMap;
import java.util.Map;

/// Gives an ordinary user's command the rights it needs: the process starts over as root of a user
/// namespace.
final class Rootless {
    private Rootless() {}

    /// Starts over if need be; for commands that run containers.
    ///
    /// @throws ContainerException if this machine does not let ordinary users do that
    static void require(Session session) throws ContainerException {
        if (session.console().isProcess() && RootlessLauncher.isNeeded()) {
            session.out().flush();
            session.err().flush();
            Map<String, String> environment = new HashMap<>(session.environment());
            // Inside, the user is root, whose store would be another one.
            environment.put("SLIPWAY_HOME", session.home().toAbsolutePath().toString());
            RootlessLauncher.relaunch(environment);
        }
    }

    /// Starts over if that is possible; for commands that meet files of containers, which belong to
    /// ids that only the namespace has, but that may do without.
    static void prefer(Session session) {
        try {
            require(session);
        } catch (ContainerException _) {
            // There are no such files then, as no container ever ran.
        }
    }
}
