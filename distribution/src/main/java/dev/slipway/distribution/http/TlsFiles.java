package dev.slipway.distribution.http;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/// What TLS to a registry is made of besides the system's.
///
/// @param authorities PEM files of further authorities
/// @param certificate PEM file of the client's certificate; null: none
/// @param key PEM file of its key; null: none
/// @param verify whether the server must prove who it is
public record TlsFiles(
        List<Path> authorities, @Nullable Path certificate, @Nullable Path key, boolean verify) {
    /// The system's authorities and no client certificate.
    public static final TlsFiles SYSTEM = new TlsFiles(List.of(), null, null, true);

    public TlsFiles {
        authorities = List.copyOf(authorities);
    }
}
