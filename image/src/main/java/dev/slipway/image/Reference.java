package dev.slipway.image;

import org.jspecify.annotations.Nullable;

/// The name of an image, normalised as Docker does: `alpine` is `docker.io/library/alpine`.
///
/// @param registry host with optional port; `docker.io` for Docker Hub
/// @param repository path in the registry, with `library/` for Docker Hub's official images
/// @param tag null when the name has none
/// @param digest null when the name has none; a name may have both
public record Reference(
        String registry, String repository, @Nullable String tag, @Nullable Digest digest)
        implements Comparable<Reference> {
    /// The tag meant when a name has neither tag nor digest.
    public static final String DEFAULT_TAG = "latest";

    static final String DOCKER_HUB = "docker.io";
    private static final String OFFICIAL = "library/";

    /// Reads `[registry[:port]/]path[:tag][@digest]`.
    ///
    /// @throws InvalidReferenceException with the rule that the text breaks
    public static Reference parse(String text) throws InvalidReferenceException {
        return ReferenceParser.parse(text);
    }

    /// Returns the name with the tag `latest` if it has neither tag nor digest.
    public Reference withDefaultTag() {
        return tag == null && digest == null ? withTag(DEFAULT_TAG) : this;
    }

    /// Returns this repository's name with another tag and no digest.
    public Reference withTag(String newTag) {
        return new Reference(registry, repository, newTag, null);
    }

    /// Returns this repository's name with neither tag nor digest.
    public Reference nameOnly() {
        return new Reference(registry, repository, null, null);
    }

    /// Returns the shortest form that means the same, as Docker shows names: `alpine:3.20`.
    public String familiar() {
        return familiarName() + suffix();
    }

    /// Returns [#familiar()] without tag and digest.
    public String familiarName() {
        if (!registry.equals(DOCKER_HUB)) {
            return registry + '/' + repository;
        }
        boolean official =
                repository.startsWith(OFFICIAL) && repository.indexOf('/', OFFICIAL.length()) < 0;
        return official ? repository.substring(OFFICIAL.length()) : repository;
    }

    /// Returns `registry/repository`.
    public String name() {
        return registry + '/' + repository;
    }

    /// Returns the full form: `docker.io/library/alpine:3.20`.
    public String canonical() {
        return name() + suffix();
    }

    private String suffix() {
        String tagged = tag == null ? "" : ":" + tag;
        return digest == null ? tagged : tagged + '@' + digest;
    }

    @Override
    public int compareTo(Reference other) {
        return canonical().compareTo(other.canonical());
    }

    /// Returns [#canonical()].
    @Override
    public String toString() {
        return canonical();
    }
}
