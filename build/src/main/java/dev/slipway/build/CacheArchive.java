package dev.slipway.build;

import dev.slipway.image.tar.TarEntry;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import java.util.TreeMap;

/// The archive that takes a part of the build cache from one store to another: a tar, perhaps
/// compressed, whose members each say in their name what they must hold.
///
/// | member | content |
/// | --- | --- |
/// | `slipway-cache` | `1`, the version; the first member |
/// | `layers/sha256/<diffID>` | the layer's tar |
/// | `records/<key>` | a record, which begins with its own checksum; after the layers it needs |
/// | `results/<sha256>` | a block that results of records behind it begin with |
/// | `mounts/<name>/id` | the id of a cache mount |
/// | `mounts/<name>/<sha256>.tar` | the files of the cache mount, a tar of this digest |
/// | `end` | how many members came before |
final class CacheArchive {
    static final String MAGIC = "slipway-cache";
    static final String VERSION = "1\n";
    static final String LAYERS = "layers/sha256/";
    static final String RECORDS = "records/";
    static final String RESULTS = "results/";
    static final String MOUNTS = "mounts/";
    static final String END = "end";
    static final int HEX = 64;

    private CacheArchive() {}

    static TarEntry member(String path, long size) {
        return new TarEntry(
                RawPath.of(path),
                TarEntry.Kind.REGULAR,
                0644,
                0,
                0,
                size,
                new Timespec(0, 0),
                null,
                0,
                0,
                new TreeMap<>());
    }

    /// Whether the text is a SHA-256 in hex, and so no path.
    static boolean isHex(String text) {
        if (text.length() != HEX) {
            return false;
        }
        for (int i = 0; i < HEX; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }
}
