package dev.slipway.dockerfile;

import java.util.List;

/// Reads the arguments of `EXPOSE`.
public final class ExposedPorts {
    private ExposedPorts() {}

    /// Returns the ports of `spec`, as `8080/tcp`, lowest first. A host address or host port before
    /// them is dropped, as it means nothing in an image.
    ///
    /// @param spec `[ip:][hostPort:]port[-last][/protocol]`, variables expanded
    /// @throws IllegalArgumentException with a one-line message, if it is not of that form
    public static List<String> parse(String spec) {
        throw new IllegalArgumentException(spec);
    }
}
