package dev.slipway.linux;

import org.junit.jupiter.api.Assumptions;

/// What a test needs of its process. In CI nothing is skipped: it fails instead.
final class Privilege {
    private Privilege() {}

    static void assumeRoot() {
        Assumptions.assumeTrue(
                Host.uid() == 0 || System.getenv("CI") != null,
                "needs root: device nodes, trusted.*");
    }
}
