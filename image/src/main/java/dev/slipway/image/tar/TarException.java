package dev.slipway.image.tar;

import java.io.IOException;

/// An archive breaks the format, or a limit set for it. The message is one line and names the
/// offset.
public final class TarException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long offset;
    private final String problem;

    /// @param offset where in the (uncompressed) archive, in bytes
    /// @param problem what is wrong there
    public TarException(long offset, String problem) {
        super("tar archive, offset " + offset + ": " + problem);
        this.offset = offset;
        this.problem = problem;
    }

    /// Where the offending header starts, in bytes of the uncompressed archive.
    public long offset() {
        return offset;
    }

    /// What is wrong there.
    public String problem() {
        return problem;
    }
}
