package dev.slipway.container;

/// The runtimes there are.
public final class Runtimes {
    private Runtimes() {}

    /// The runtime of this library: needs nothing installed.
    public static Runtime embedded() {
        return new EmbeddedRuntime();
    }

    /// The one called `embedded`, `runc` or `crun`.
    ///
    /// @throws ContainerException if there is no such runtime, or its program is not installed
    public static Runtime named(String name) throws ContainerException {
        return switch (name) {
            case "embedded", "" -> embedded();
            case "runc", "crun" -> unfinished(name);
            default ->
                    throw new ContainerException(
                            ContainerException.Reason.INVALID_SPEC,
                            "unknown runtime " + name,
                            "known are embedded, runc and crun",
                            null);
        };
    }

    private static Runtime unfinished(String name) {
        throw new UnsupportedOperationException(name);
    }
}
