package dev.slipway.distribution.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What proves who we are. No text form holds the secret.
public sealed interface Credential {
    /// Nobody in particular.
    record Anonymous() implements Credential {}

    /// A name and a password, or a token in its place.
    record Password(String user, String password) implements Credential {
        /// The value of an `Authorization` header.
        public String basic() {
            byte[] bytes = (user + ':' + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(bytes);
        }

        @Override
        public String toString() {
            return "password of " + user;
        }
    }

    /// A token that others are had for.
    ///
    /// @param user may be empty
    record IdentityToken(String user, String token) implements Credential {
        @Override
        public String toString() {
            return "identity token";
        }
    }

    /// A token to be shown as it is.
    record RegistryToken(String token) implements Credential {
        @Override
        public String toString() {
            return "registry token";
        }
    }

    /// Nobody in particular.
    static Credential anonymous() {
        return new Anonymous();
    }

    /// The name to show; "" if there is none.
    default String userName() {
        return switch (this) {
            case Password(String user, String _) -> user;
            case IdentityToken(String user, String _) -> user;
            case RegistryToken _, Anonymous _ -> "";
        };
    }
}
