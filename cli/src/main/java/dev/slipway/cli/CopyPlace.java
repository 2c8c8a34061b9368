package dev.slipway.cli;

import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/// Where `slipway copy` takes an image from, or puts it.
sealed interface CopyPlace {
    /// A registry.
    record Registry(Reference name) implements CopyPlace {}

    /// The local store.
    record Local(Reference name) implements CopyPlace {}

    /// An archive file, or a directory with an OCI layout.
    ///
    /// @param kind `docker-archive`, `oci-archive` or `oci`
    /// @param name it has or gets there; null: it has none
    record Archive(String kind, Path path, @Nullable Reference name) implements CopyPlace {}

    /// Reads `docker://NAME`, `store:NAME`, `oci-archive:FILE[:NAME]`, `oci:DIR[:NAME]`,
    /// `docker-archive:FILE[:NAME]`, or a bare name, which is in a registry.
    static CopyPlace parse(String text) throws IOException {
        if (text.startsWith("docker://")) {
            return new Registry(Reference.parse(text.substring(9)));
        }
        if (text.startsWith("store:")) {
            return new Local(Reference.parse(text.substring(6)));
        }
        for (String kind : new String[] {"oci-archive", "docker-archive", "oci"}) {
            if (text.startsWith(kind + ":")) {
                String rest = text.substring(kind.length() + 1);
                int colon = rest.indexOf(':');
                return colon < 0
                        ? new Archive(kind, Path.of(rest), null)
                        : new Archive(
                                kind,
                                Path.of(rest.substring(0, colon)),
                                Reference.parse(rest.substring(colon + 1)));
            }
        }
        return new Registry(Reference.parse(text));
    }
}
