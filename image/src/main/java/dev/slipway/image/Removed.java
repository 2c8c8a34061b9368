package dev.slipway.image;

/// Something that was removed from the store.
///
/// @param name of an image, digest of a blob or layer, or file name
/// @param bytes of disk that this freed; 0 for a name
/// @param reason why it could go, for people
public record Removed(Kind kind, String name, long bytes, String reason) {
    /// The kinds of things in the store.
    public enum Kind {
        /// A name of an image.
        NAME,
        /// An image: its last name, or its entry as a dangling image.
        IMAGE,
        BLOB,
        LAYER,
        /// What a dead process left unfinished.
        TEMPORARY,
        LOCK
    }
}
