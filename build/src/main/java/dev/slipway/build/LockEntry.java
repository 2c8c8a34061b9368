package dev.slipway.build;

import dev.slipway.image.Digest;
import dev.slipway.image.Reference;

import java.time.Instant;
import java.util.List;

/// What one name of an image stands for, by a lock.
///
/// @param reference as the Dockerfile has it, with `latest` where it has no tag; with its digest
///   where it has one
/// @param digest of its index, or of its manifest if there is only one platform
/// @param platforms that it is for, in the order of the index
/// @param source the registry it was resolved in, or [#STORE]
/// @param resolved when, to the second
public record LockEntry(
        Reference reference, Digest digest, List<String> platforms, String source, Instant resolved)
        implements Pin {
    /// The source of an image that only the store had.
    public static final String STORE = "store";

    public LockEntry {
        platforms = List.copyOf(platforms);
    }

    @Override
    public String name() {
        return reference.familiar();
    }

    @Override
    public String content() {
        return digest.toString();
    }

    @Override
    public String shortContent() {
        return digest.shortHex();
    }

    /// The name with the digest, which stands for this one image for ever.
    Reference pinned() {
        return new Reference(reference.registry(), reference.repository(), reference.tag(), digest);
    }

    /// Whether it was resolved in the store: registries may not know it.
    boolean isFromStore() {
        return source.equals(STORE);
    }
}
