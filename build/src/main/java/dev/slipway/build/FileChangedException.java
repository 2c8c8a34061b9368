package dev.slipway.build;

import dev.slipway.linux.RawPath;

import java.io.IOException;

/// A file of the context changed while it was read. Building again helps.
final class FileChangedException extends IOException {
    private static final long serialVersionUID = 1L;

    FileChangedException(RawPath path) {
        super(path + " changed while it was being copied");
    }
}
