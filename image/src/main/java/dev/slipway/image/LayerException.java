package dev.slipway.image;

import dev.slipway.linux.RawPath;

/// A layer says what no layer can mean, or a tree holds what no layer can say. The message is one
/// line and names the path.
public final class LayerException extends ImageException {
    private static final long serialVersionUID = 1L;

    private final transient RawPath path;

    /// @param path what it is about, inside the layer
    /// @param problem what is wrong with it
    public LayerException(RawPath path, String problem) {
        super("/" + path + ": " + problem);
        this.path = path;
    }

    /// What it is about, inside the layer.
    public RawPath path() {
        return path;
    }
}
