package dev.slipway.image.tar;

import java.io.IOException;

/// A file's content is not as long as its entry says: it changed while it was read.
public final class ContentSizeException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long expectedBytes;
    private final long foundBytes;

    ContentSizeException(long expectedBytes, long foundBytes) {
        super(
                foundBytes > expectedBytes
                        ? "the file grew beyond " + expectedBytes + " bytes while it was read"
                        : "the file ended after "
                                + foundBytes
                                + " of "
                                + expectedBytes
                                + " bytes while it was read");
        this.expectedBytes = expectedBytes;
        this.foundBytes = foundBytes;
    }

    public long expectedBytes() {
        return expectedBytes;
    }

    /// How many bytes there were; of a file too long, only that there were more.
    public long foundBytes() {
        return foundBytes;
    }
}
