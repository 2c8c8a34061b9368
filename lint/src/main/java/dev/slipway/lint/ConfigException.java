package dev.slipway.lint;

/// A configuration that cannot be read.
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param file what was read
    /// @param reason what is wrong with it
    public ConfigException(String file, String reason) {
        super(file + ": " + reason);
    }
}
