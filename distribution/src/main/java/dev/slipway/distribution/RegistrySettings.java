package dev.slipway.distribution;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// How registries are reached.
///
/// @param environment of the process: credentials, proxies, places of configuration
/// @param home the user's directory
/// @param authFile the only file with credentials; null: where docker and podman keep them
/// @param login `user:password` for every registry, before what is kept; null: none
/// @param tlsVerify whether registries must prove who they are, and plain http is for this machine
///   only; false accepts any certificate, and plain http where https fails
/// @param firstBackoff how long to wait after a first failure; doubled with each further one
public record RegistrySettings(
        Map<String, String> environment,
        Path home,
        @Nullable Path authFile,
        @Nullable String login,
        boolean tlsVerify,
        Duration firstBackoff) {
    private static final Duration BACKOFF = Duration.ofMillis(500);

    public RegistrySettings {
        environment = Map.copyOf(environment);
    }

    /// The usual settings for a user.
    public static RegistrySettings of(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", "");
        Path user = Path.of(home.isEmpty() ? System.getProperty("user.home") : home);
        return new RegistrySettings(environment, user, null, null, true, BACKOFF);
    }

    /// The same with another file of credentials.
    public RegistrySettings withAuthFile(@Nullable Path file) {
        return new RegistrySettings(environment, home, file, login, tlsVerify, firstBackoff);
    }

    /// The same with a login for every registry.
    public RegistrySettings withLogin(@Nullable String userAndPassword) {
        return new RegistrySettings(
                environment, home, authFile, userAndPassword, tlsVerify, firstBackoff);
    }

    /// The same with or without verification.
    public RegistrySettings withTlsVerify(boolean verify) {
        return new RegistrySettings(environment, home, authFile, login, verify, firstBackoff);
    }

    /// The same with another first pause.
    public RegistrySettings withFirstBackoff(Duration pause) {
        return new RegistrySettings(environment, home, authFile, login, tlsVerify, pause);
    }

    /// Leaves out what may hold secrets.
    @Override
    public String toString() {
        return "RegistrySettings[authFile=" + authFile + ", tlsVerify=" + tlsVerify + "]";
    }
}
