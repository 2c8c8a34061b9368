package dev.slipway.image;

import org.jspecify.annotations.Nullable;

/// What `layer.json` says of a layer. Written once, when the layer becomes visible.
///
/// @param bootId of the boot of the machine in which the layer was written
/// @param sizeBytes of the uncompressed tar
/// @param entries that the layer changes
/// @param origin where its bytes come from
/// @param blob the blob it was taken in as; null if it was made here, or came uncompressed
record LayerRecord(
        String bootId, long sizeBytes, int entries, Origin origin, @Nullable Descriptor blob) {
    /// Which form of a layer is the true one, that cannot be made again from another.
    enum Origin {
        /// The upper directory of an overlay: the tree.
        TREE,
        /// Written or taken in as a tar.
        TAR,
        /// Taken in compressed: the blob.
        BLOB
    }

    byte[] toBytes(Digest diffId) {
        JsonWriter out =
                JsonWriter.indented(2)
                        .beginObject()
                        .member("diffId", diffId.toString())
                        .member("size", sizeBytes)
                        .member("entries", entries)
                        .member("origin", origin.name().toLowerCase(java.util.Locale.ROOT))
                        .member("boot", bootId);
        if (blob != null) {
            out.name("blob");
            blob.write(out);
        }
        return out.endObject().toBytes();
    }

    static LayerRecord parse(byte[] json) throws ImageException {
        Json.Obj object = Json.parseObject(json);
        Json.Obj blob = object.object("blob");
        long size = object.number("size", -1);
        Origin origin =
                switch (object.requiredText("origin")) {
                    case "tree" -> Origin.TREE;
                    case "tar" -> Origin.TAR;
                    case "blob" -> Origin.BLOB;
                    default -> throw new InvalidJsonException("a layer of unknown origin");
                };
        if (size < 0 || (origin == Origin.BLOB) != (blob != null)) {
            throw new InvalidJsonException("a layer's record contradicts itself");
        }
        return new LayerRecord(
                object.requiredText("boot"),
                size,
                (int) object.number("entries", 0),
                origin,
                blob == null ? null : Descriptor.parse(blob));
    }
}
