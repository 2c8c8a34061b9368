package dev.slipway.image;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// One image's manifest, OCI or Docker schema 2, with the exact bytes its digest is over: OCI
/// image-spec, `manifest.md`. Unknown members are ignored but stay in [#raw()].
public final class Manifest {
    /// The longest manifest or index that is read, in bytes.
    public static final int MAX_BYTES = 4 << 20;

    /// More layers than this no runtime can mount.
    static final int MAX_LAYERS = 1024;

    private final byte[] raw;
    private final String mediaType;
    private final Descriptor config;
    private final List<Descriptor> layers;
    private final SortedMap<String, String> annotations;

    private Manifest(
            byte[] raw,
            String mediaType,
            Descriptor config,
            List<Descriptor> layers,
            SortedMap<String, String> annotations) {
        this.raw = raw;
        this.mediaType = mediaType;
        this.config = config;
        this.layers = List.copyOf(layers);
        this.annotations = annotations;
    }

    /// Reads a manifest.
    ///
    /// @throws ImageException if it is too long, malformed, or of another kind
    public static Manifest parse(byte[] raw) throws ImageException {
        Json.Obj json = parseDocument(raw, "manifest");
        if (json.number("schemaVersion", 2) == 1) {
            throw new InvalidImageException(
                    "a manifest of Docker's schema 1 is not supported",
                    "Push the image again with a current tool.");
        }
        Json.Obj config = json.object("config");
        if (config == null) {
            throw new InvalidImageException("a manifest without config");
        }
        var layers = new ArrayList<Descriptor>();
        for (Json.Obj layer : json.objects("layers")) {
            layers.add(Descriptor.parse(layer));
        }
        if (layers.size() > MAX_LAYERS) {
            throw new InvalidImageException("a manifest of more than " + MAX_LAYERS + " layers");
        }
        return new Manifest(
                raw.clone(),
                json.text("mediaType", MediaTypes.OCI_MANIFEST),
                Descriptor.parse(config),
                layers,
                json.textMap("annotations"));
    }

    /// Makes a manifest; the same arguments give the same bytes.
    public static Manifest of(
            String mediaType,
            Descriptor config,
            List<Descriptor> layers,
            SortedMap<String, String> annotations) {
        var out = JsonWriter.compact().beginObject().member("schemaVersion", 2);
        config.write(out.member("mediaType", mediaType).name("config"));
        out.name("layers").beginArray();
        for (Descriptor layer : layers) {
            layer.write(out);
        }
        out.endArray().memberUnlessEmpty("annotations", annotations).endObject();
        return new Manifest(
                out.toBytes(),
                mediaType,
                config,
                layers,
                Collections.unmodifiableSortedMap(new TreeMap<>(annotations)));
    }

    static Json.Obj parseDocument(byte[] raw, String what) throws ImageException {
        if (raw.length > MAX_BYTES) {
            throw new InvalidImageException(
                    "the " + what + " is longer than " + MAX_BYTES + " bytes");
        }
        return Json.parseObject(raw);
    }

    /// Returns a copy of the bytes.
    public byte[] raw() {
        return raw.clone();
    }

    public String mediaType() {
        return mediaType;
    }

    public Descriptor config() {
        return config;
    }

    /// Returns the layers, the lowest first.
    public List<Descriptor> layers() {
        return layers;
    }

    public SortedMap<String, String> annotations() {
        return annotations;
    }

    /// Returns the digest of the bytes.
    public Digest digest() {
        return Digest.sha256(raw);
    }

    /// Returns what points to this manifest, without platform.
    public Descriptor descriptor() {
        return Descriptor.of(mediaType, digest(), raw.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Manifest m && java.util.Arrays.equals(raw, m.raw);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return "manifest " + digest();
    }
}
