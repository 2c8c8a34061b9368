package dev.slipway.image;

import dev.slipway.linux.RawPath;

/// The names by which a tar says what is gone: OCI image-spec, `layer.md`, "Whiteouts"; the older
/// form of AUFS is the same, with some files of its own beside.
final class Whiteouts {
    static final String PREFIX = ".wh.";
    static final String OPAQUE = ".wh..wh..opq";
    private static final String AUFS_PREFIX = ".wh..wh.";

    private Whiteouts() {}

    /// What a name in a tar means.
    enum Meaning {
        FILE,
        WHITEOUT,
        OPAQUE,
        /// AUFS's bookkeeping, such as `.wh..wh.plnk`: no part of the image.
        AUFS
    }

    /// @throws LayerException for a whiteout of no file, as `.wh...` would be of the parent, or a
    ///   whiteout that holds files
    static Meaning classify(RawPath path) throws LayerException {
        String text = path.latin1();
        if (!text.contains(PREFIX)) { // nearly always
            return Meaning.FILE;
        }
        for (RawPath parent : path.parent().names()) {
            if (parent.latin1().startsWith(AUFS_PREFIX)) {
                return Meaning.AUFS;
            }
            if (parent.latin1().startsWith(PREFIX)) {
                throw new LayerException(path, "lies below a whiteout");
            }
        }
        String name = path.name().latin1();
        if (name.equals(OPAQUE)) { // before the prefixes, which it also carries
            return Meaning.OPAQUE;
        }
        if (name.startsWith(AUFS_PREFIX)) {
            return Meaning.AUFS;
        }
        return name.startsWith(PREFIX) ? whiteout(path, name) : Meaning.FILE;
    }

    private static Meaning whiteout(RawPath path, String name) throws LayerException {
        return switch (name.substring(PREFIX.length())) {
            case "", ".", ".." -> throw new LayerException(path, "a whiteout of no file");
            default -> Meaning.WHITEOUT;
        };
    }

    /// What the whiteout at `path` removes.
    static RawPath removed(RawPath path) {
        return path.parent().child(path.name().latin1().substring(PREFIX.length()));
    }

    /// Where a tar has the whiteout of `path`.
    static RawPath marker(RawPath path) {
        return path.parent().child(PREFIX + path.name().latin1());
    }

    /// Where a tar says that `directory` is opaque.
    static RawPath opaqueMarker(RawPath directory) {
        return directory.child(OPAQUE);
    }

    /// Whether a real file of this name would be read back as something else.
    static boolean isReserved(RawPath name) {
        return name.latin1().startsWith(PREFIX);
    }
}
