package dev.slipway.image.compress;

/// The formats of compressed streams, told by their first bytes.
public enum Format {
    /// None of the others.
    NONE,
    GZIP,
    ZSTD,
    BZIP2,
    XZ;

    /// How many bytes [#sniff] looks at.
    public static final int SNIFFED_BYTES = 6;

    /// The format of a stream that starts with these bytes. Names are not looked at.
    ///
    /// @param length how many of `head` count; fewer than [#SNIFFED_BYTES] only if the stream ends
    public static Format sniff(byte[] head, int length) {
        if (starts(head, length, 0x1f, 0x8b, 0x08)) {
            return GZIP;
        }
        if (starts(head, length, 0x28, 0xb5, 0x2f, 0xfd) || isSkippableFrame(head, length)) {
            return ZSTD;
        }
        if (starts(head, length, 'B', 'Z', 'h') && length > 3 && head[3] >= '1' && head[3] <= '9') {
            return BZIP2;
        }
        return starts(head, length, 0xfd, '7', 'z', 'X', 'Z', 0) ? XZ : NONE;
    }

    /// RFC 8878, 3.1.2: such a frame may come before the first that holds data.
    private static boolean isSkippableFrame(byte[] head, int length) {
        return length >= 4
                && (head[0] & 0xf0) == 0x50
                && (head[1] & 0xff) == 0x2a
                && head[2] == 0x4d
                && head[3] == 0x18;
    }

    private static boolean starts(byte[] head, int length, int... magic) {
        if (length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((head[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
