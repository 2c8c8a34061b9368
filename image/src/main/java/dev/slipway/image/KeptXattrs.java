package dev.slipway.image;

import java.util.SortedMap;
import java.util.TreeMap;

/// Which extended attributes are part of a file in an image, and which only of the machine it lies
/// on.
final class KeptXattrs {
    private KeptXattrs() {}

    /// Whether an attribute travels with the file: not overlayfs's marks, not the labels and
    /// signatures of this machine's security modules, not those of another system.
    static boolean isKept(String name) {
        return switch (name) {
            case "security.selinux", "security.evm", "security.ima" -> false;
            default -> !OverlayAttributes.isOwn(name) && !name.startsWith("com.apple.");
        };
    }

    static SortedMap<String, byte[]> of(SortedMap<String, byte[]> xattrs) {
        if (xattrs.isEmpty()) {
            return xattrs;
        }
        boolean all = true;
        for (String name : xattrs.keySet()) {
            all &= isKept(name);
        }
        if (all) {
            return xattrs;
        }
        SortedMap<String, byte[]> kept = new TreeMap<>(xattrs);
        kept.keySet().removeIf(name -> !isKept(name));
        return kept;
    }
}
