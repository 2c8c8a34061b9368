package dev.slipway.image;

/// The extended attributes in which overlayfs keeps its own marks, as the kernel's
/// `Documentation/filesystems/overlayfs.rst` names them.
final class OverlayAttributes {
    private static final String TRUSTED = "trusted.overlay.";
    private static final String USER = "user.overlay.";

    static final String TRUSTED_OPAQUE = TRUSTED + "opaque";
    static final String USER_OPAQUE = USER + "opaque";

    private OverlayAttributes() {}

    /// Whether an attribute says that a file's name, content or absence is kept elsewhere.
    static boolean isElsewhere(String name) {
        return isOwn(name)
                && (name.endsWith(".overlay.redirect")
                        || name.endsWith(".overlay.metacopy")
                        || name.endsWith(".overlay.whiteout"));
    }

    /// Whether an attribute is overlayfs's own and no part of the file.
    static boolean isOwn(String name) {
        return name.startsWith(TRUSTED) || name.startsWith(USER);
    }
}
