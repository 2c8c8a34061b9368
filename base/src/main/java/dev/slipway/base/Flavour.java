package dev.slipway.base;

/// What kind of image is assembled.
public enum Flavour {
    /// Packages are unpacked, nothing of them is run: no shell and no package manager unless asked
    /// for. Needs neither root nor a container.
    DISTROLESS,
    /// A working Debian or Ubuntu with apt, configured in a container.
    MINBASE;

    /// As it is written in a definition.
    public String text() {
        return this == DISTROLESS ? "distroless" : "minbase";
    }
}
