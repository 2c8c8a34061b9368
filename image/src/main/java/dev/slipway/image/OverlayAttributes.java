package dev.slipway.image;

import dev.slipway.linux.Host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The extended attributes in which overlayfs keeps its own marks, as the kernel's
/// `Documentation/filesystems/overlayfs.rst` names them.
final class OverlayAttributes {
    private static final String TRUSTED = "trusted.overlay.";
    private static final String USER = "user.overlay.";

    static final String TRUSTED_OPAQUE = TRUSTED + "opaque";
    static final String USER_OPAQUE = USER + "opaque";

    private OverlayAttributes() {}

    /// Whether overlayfs here keeps its marks in `trusted.*`, which only root may set; else in
    /// `user.*`, as a mount inside a user namespace needs with `userxattr`.
    static boolean usesTrusted() {
        return Privileged.VALUE;
    }

    private static final class Privileged {
        private static final boolean VALUE = Host.uid() == 0 && isInitialUserNamespace();

        /// user_namespaces(7): there, all ids map to themselves.
        private static boolean isInitialUserNamespace() {
            try {
                String map = Files.readString(Path.of("/proc/self/uid_map")).strip();
                return map.endsWith(" 4294967295");
            } catch (IOException _) {
                return true; // a kernel without user namespaces
            }
        }
    }

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
