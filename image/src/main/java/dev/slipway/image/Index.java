package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A list of manifests, one a platform (OCI image index or Docker manifest list), with the exact
/// bytes its digest is over: OCI image-spec, `image-index.md`.
public final class Index {
    private static final int MAX_MANIFESTS = 4096;
    private static final String REFERENCE_TYPE = "vnd.docker.reference.type";

    private final byte[] raw;
    private final String mediaType;
    private final List<Descriptor> manifests;
    private final SortedMap<String, String> annotations;

    private Index(
            byte[] raw,
            String mediaType,
            List<Descriptor> manifests,
            SortedMap<String, String> annotations) {
        this.raw = raw;
        this.mediaType = mediaType;
        this.manifests = List.copyOf(manifests);
        this.annotations = annotations;
    }

    /// Reads an index.
    ///
    /// @throws ImageException if it is too long, malformed, or of another kind
    public static Index parse(byte[] raw) throws ImageException {
        Json.Obj json = Manifest.parseDocument(raw, "index");
        if (json.array("manifests") == null) {
            throw new InvalidImageException("an index without manifests");
        }
        var manifests = new ArrayList<Descriptor>();
        for (Json.Obj manifest : json.objects("manifests")) {
            manifests.add(Descriptor.parse(manifest));
        }
        if (manifests.size() > MAX_MANIFESTS) {
            throw new InvalidImageException(
                    "an index of more than " + MAX_MANIFESTS + " manifests");
        }
        return new Index(
                raw.clone(),
                json.text("mediaType", MediaTypes.OCI_INDEX),
                manifests,
                json.textMap("annotations"));
    }

    /// Makes an index; the same arguments give the same bytes.
    public static Index of(
            String mediaType, List<Descriptor> manifests, SortedMap<String, String> annotations) {
        var out = JsonWriter.compact().beginObject().member("schemaVersion", 2);
        out.member("mediaType", mediaType).name("manifests").beginArray();
        for (Descriptor manifest : manifests) {
            manifest.write(out);
        }
        out.endArray().memberUnlessEmpty("annotations", annotations).endObject();
        return new Index(
                out.toBytes(),
                mediaType,
                manifests,
                Collections.unmodifiableSortedMap(new TreeMap<>(annotations)));
    }

    /// Returns the manifest that suits `wanted` best: the same variant before an older one, then
    /// the first in the list. A manifest without a platform is taken only if there is no other
    /// image. Attestations are no images.
    public Optional<Descriptor> select(Platform wanted) {
        @Nullable Descriptor best = null;
        int bestDistance = Integer.MAX_VALUE;
        for (Descriptor manifest : manifests) {
            Platform platform = manifest.platform();
            if (isAttestation(manifest) || platform == null) {
                continue;
            }
            int distance = platform.distance(wanted);
            if (distance >= 0 && distance < bestDistance) {
                best = manifest;
                bestDistance = distance;
            }
        }
        return best != null ? Optional.of(best) : onlyImage();
    }

    private Optional<Descriptor> onlyImage() {
        @Nullable Descriptor only = null;
        for (Descriptor manifest : manifests) {
            if (isAttestation(manifest)) {
                continue;
            }
            if (only != null) {
                return Optional.empty();
            }
            only = manifest;
        }
        return only != null && only.platform() == null ? Optional.of(only) : Optional.empty();
    }

    /// Whether the manifest holds statements about an image (BuildKit's attestations) and no image.
    public static boolean isAttestation(Descriptor manifest) {
        return manifest.annotations().containsKey(REFERENCE_TYPE);
    }

    /// Returns a copy of the bytes.
    public byte[] raw() {
        return raw.clone();
    }

    public String mediaType() {
        return mediaType;
    }

    public List<Descriptor> manifests() {
        return manifests;
    }

    public SortedMap<String, String> annotations() {
        return annotations;
    }

    /// Returns what points to this index.
    public Descriptor descriptor() {
        return Descriptor.of(mediaType, Digest.sha256(raw), raw.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Index i && Arrays.equals(raw, i.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return "index " + Digest.sha256(raw);
    }
}
