package dev.slipway.base;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/// One place packages come from: a suite of a repository, with the components wanted of it.
///
/// @param uri base address, without a trailing slash
/// @param suite suite or codename, such as `bookworm-updates`; ends in `/` for a flat repository
/// @param components empty for a flat repository
/// @param architectures restricted to these; empty = any
/// @param signedBy which keys may sign; null = the distribution's
/// @param trusted `trusted=yes`: not verified
/// @param checkValidUntil false when the machine says not to look at `Valid-Until`
/// @param origin file and line it was read from, for messages
record AptSource(
        String uri,
        String suite,
        List<String> components,
        List<String> architectures,
        @Nullable SignedBy signedBy,
        boolean trusted,
        boolean checkValidUntil,
        String origin) {

    AptSource {
        components = List.copyOf(components);
        architectures = List.copyOf(architectures);
    }

    /// Keyring files, fingerprints of keys of the default keyring, or a key in the file itself.
    record SignedBy(List<Path> files, List<String> fingerprints, @Nullable String armored) {
        SignedBy {
            files = List.copyOf(files);
            fingerprints = List.copyOf(fingerprints);
        }
    }

    boolean isFlat() {
        return suite.endsWith("/");
    }

    boolean serves(String architecture) {
        return architectures.isEmpty() || architectures.contains(architecture);
    }

    AptSource withSuite(String other) {
        return new AptSource(
                uri, other, components, architectures, signedBy, trusted, checkValidUntil, origin);
    }

    AptSource withComponents(List<String> others) {
        return new AptSource(
                uri, suite, others, architectures, signedBy, trusted, checkValidUntil, origin);
    }

    AptSource withoutValidUntil() {
        return new AptSource(
                uri, suite, components, architectures, signedBy, trusted, false, origin);
    }
}
