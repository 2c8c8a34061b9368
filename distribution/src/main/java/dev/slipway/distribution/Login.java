package dev.slipway.distribution;

import dev.slipway.distribution.auth.Credential;
import dev.slipway.distribution.auth.Credentials;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/// Logging in to a registry and out of it.
public final class Login {
    private final Registries registries;

    public Login(Registries registries) {
        this.registries = registries;
    }

    /// Where a login is kept.
    ///
    /// @param place a file, or a helper's name
    /// @param isPlain whether it can be read there by anyone with the user's rights
    public record Kept(String place, boolean isPlain) {}

    /// Tries a login and keeps it if the registry takes it.
    ///
    /// @param host as it stands in image names
    /// @throws RegistryException if the registry does not take it; nothing is kept then
    public Kept login(String host, String user, String password) throws IOException {
        try (Registries as = registries.as(user, password)) {
            new Repository(as.host(host, false), "").ping();
        } catch (RegistryException e) {
            throw e.status() == 401 ? refused(host, e) : e;
        }
        Credentials.Kept kept =
                registries.credentials().store(host, new Credential.Password(user, password));
        return new Kept(kept.place(), kept.isPlain());
    }

    private static RegistryException refused(String host, RegistryException e) {
        return new RegistryException(
                "cannot log in to " + host + ": the user name or the password is wrong (401)",
                "some registries want a token in place of the password",
                e.host(),
                e.status(),
                e.code(),
                e);
    }

    /// The user logged in now; null if there is none.
    public @Nullable String user(String host) throws IOException {
        return registries.userOf(host);
    }

    /// Forgets the login.
    ///
    /// @return the places it was kept in
    public List<String> logout(String host) throws IOException {
        return registries.credentials().erase(host);
    }
}
