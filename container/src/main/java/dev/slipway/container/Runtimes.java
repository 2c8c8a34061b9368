package dev.slipway.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The runtimes there are.
public final class Runtimes {
    private static final List<String> DIRECTORIES =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private Runtimes() {}

    /// The runtime of this library: needs nothing installed.
    public static Runtime embedded() {
        return new EmbeddedRuntime(null);
    }

    /// As [#named], for many containers one after the other, such as the steps of a build: what the
    /// next can have of the last without noticing is kept until the runtime is closed.
    ///
    /// @throws ContainerException as [#named]
    public static Runtime reusing(String name) throws ContainerException {
        boolean embedded = name.isEmpty() || name.equals("embedded");
        return embedded ? new EmbeddedRuntime(new NetworkNamespaces()) : named(name);
    }

    /// The one called `embedded`, `runc` or `crun`; empty is `embedded`.
    ///
    /// @throws ContainerException if there is no such runtime, or its program is not installed
    public static Runtime named(String name) throws ContainerException {
        return switch (name) {
            case "embedded", "" -> embedded();
            case "runc", "crun" -> new OciRuntime(name, program(name));
            default ->
                    throw new ContainerException(
                            ContainerException.Reason.INVALID_SPEC,
                            "unknown runtime " + name,
                            "known are embedded, runc and crun",
                            null);
        };
    }

    private static String program(String name) throws ContainerException {
        for (String directory : DIRECTORIES) {
            Path path = Path.of(directory, name);
            if (Files.isExecutable(path)) {
                return path.toString();
            }
        }
        throw new ContainerException(
                ContainerException.Reason.UNSUPPORTED,
                "runtime " + name + " is not installed",
                "install the package " + name + ", or use the embedded runtime",
                null);
    }
}
