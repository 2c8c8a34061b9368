package dev.slipway.distribution;

import dev.slipway.distribution.http.TlsFiles;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// `certs.d`: a directory for each registry, `<host>[:<port>]`, with authorities in `*.crt` and the
/// client's certificate and key in `*.cert` and `*.key`, as docker and podman have it.
final class CertificateDirectories {
    private final List<Path> roots;

    /// @param roots directories that hold a `certs.d`'s content, the most personal first
    CertificateDirectories(List<Path> roots) {
        this.roots = List.copyOf(roots);
    }

    /// @param authority host and port of a registry
    TlsFiles find(String authority, boolean verify) throws IOException {
        var authorities = new ArrayList<Path>();
        Path certificate = null;
        Path key = null;
        for (Path root : roots) {
            for (Path file : files(root.resolve(authority))) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(".crt")) {
                    authorities.add(file);
                } else if (name.endsWith(".cert") && certificate == null) {
                    certificate = file;
                    key = keyOf(file, name);
                }
            }
        }
        return new TlsFiles(authorities, certificate, key, verify);
    }

    private static Path keyOf(Path certificate, String name) throws IOException {
        Path key = certificate.resolveSibling(name.substring(0, name.length() - 4) + "key");
        if (!Files.exists(key)) {
            throw RegistryException.of(
                    "the client certificate " + certificate + " has no key beside it",
                    "Put the key into " + key + ".",
                    "",
                    null);
        }
        return key;
    }

    private static List<Path> files(@Nullable Path directory) throws IOException {
        if (directory == null || !Files.isDirectory(directory)) {
            return List.of();
        }
        var files = new ArrayList<Path>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                files.add(entry);
            }
        }
        Collections.sort(files);
        return files;
    }
}
