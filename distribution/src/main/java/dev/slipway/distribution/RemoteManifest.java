package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.ImageException;
import dev.slipway.image.Index;
import dev.slipway.image.Json;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;

/// A manifest or index as a registry has it: its exact bytes, whose digest was verified.
public final class RemoteManifest {
    private final Descriptor descriptor;
    private final byte[] raw;

    RemoteManifest(Descriptor descriptor, byte[] raw) {
        this.descriptor = descriptor;
        this.raw = raw;
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    /// Returns a copy of the bytes.
    public byte[] raw() {
        return raw.clone();
    }

    public boolean isIndex() {
        return MediaTypes.isIndex(descriptor.mediaType());
    }

    /// Reads it as an index.
    public Index index() throws ImageException {
        return Index.parse(raw);
    }

    /// Reads it as one image's manifest.
    public Manifest manifest() throws ImageException {
        return Manifest.parse(raw);
    }

    /// What a document is by what it says itself. One that could be read as an image and as an
    /// index is refused: two readers would see two things (CVE-2021-41190).
    ///
    /// @param announced by the registry; "" if it did not say
    static String mediaType(byte[] raw, String announced) throws ImageException {
        Json.Obj json = Json.parseObject(raw);
        boolean index = json.get("manifests") != null;
        boolean image = json.get("layers") != null || json.get("config") != null;
        if (index && image) {
            throw new ImageException("the manifest is an index and an image at once: refused");
        }
        String own = json.text("mediaType", "");
        String type = announced;
        int semicolon = type.indexOf(';');
        if (semicolon >= 0) {
            type = type.substring(0, semicolon).strip();
        }
        boolean known = MediaTypes.isIndex(type) || MediaTypes.isManifest(type);
        if (!known) {
            type = own;
        }
        if (type.equals(MediaTypes.DOCKER_SCHEMA_1) || json.number("schemaVersion", 2) == 1) {
            return MediaTypes.DOCKER_SCHEMA_1;
        }
        if (type.isEmpty()) {
            type = index ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
        }
        if (index != MediaTypes.isIndex(type) && (index || image)) {
            throw new ImageException("the manifest is not of the type " + type + " it says");
        }
        return type;
    }
}
