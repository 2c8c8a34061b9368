package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What points to a blob: OCI image-spec, `descriptor.md`.
///
/// @param size of the blob in bytes
/// @param platform of the image a manifest is for; null elsewhere or when not known
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        @Nullable Platform platform,
        SortedMap<String, String> annotations) {

    public Descriptor {
        if (size < 0) {
            throw new IllegalArgumentException("negative size of " + digest);
        }
        annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    }

    /// Returns a descriptor without platform and annotations.
    public static Descriptor of(String mediaType, Digest digest, long size) {
        return new Descriptor(mediaType, digest, size, null, Collections.emptySortedMap());
    }

    /// Returns the same with another platform.
    public Descriptor withPlatform(@Nullable Platform newPlatform) {
        return new Descriptor(mediaType, digest, size, newPlatform, annotations);
    }

    /// Returns the same with one more annotation.
    public Descriptor withAnnotation(String name, String value) {
        var more = new TreeMap<>(annotations);
        more.put(name, value);
        return new Descriptor(mediaType, digest, size, platform, more);
    }

    /// Reads a descriptor.
    ///
    /// @throws ImageException if a required member is missing or wrong
    public static Descriptor parse(Json.Obj json) throws ImageException {
        long size = json.number("size", -1);
        if (size < 0) {
            throw new InvalidJsonException("a descriptor's size is missing or negative");
        }
        Json.Obj platform = json.object("platform");
        return new Descriptor(
                json.text("mediaType", ""),
                Digest.parse(json.requiredText("digest")),
                size,
                platform == null ? null : parsePlatform(platform),
                json.textMap("annotations"));
    }

    /// Writes the descriptor as an object, members in the specification's order.
    public void write(JsonWriter out) {
        out.beginObject()
                .member("mediaType", mediaType)
                .member("digest", digest.toString())
                .member("size", size)
                .memberUnlessEmpty("annotations", annotations);
        if (platform != null) {
            out.name("platform").beginObject().member("architecture", platform.architecture());
            out.member("os", platform.os())
                    .memberUnlessEmpty("os.version", platform.osVersion())
                    .memberUnlessEmpty("variant", platform.variant())
                    .endObject();
        }
        out.endObject();
    }

    static @Nullable Platform parsePlatform(Json.Obj json) throws InvalidJsonException {
        String os = json.text("os", "");
        String architecture = json.text("architecture", "");
        return os.isEmpty() && architecture.isEmpty()
                ? null
                : new Platform(os, architecture, json.text("variant"), json.text("os.version"));
    }
}
