package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Map;

/// The example that the README and the demo show.
class QuickstartTest {
    @Test
    void example_lintsClean() {
        Path here = Path.of("").toAbsolutePath();
        Path root = here.endsWith("cli") ? here.resolve("..").normalize() : here;
        Path example = root.resolve("examples").resolve("quickstart");
        Invocation lint = Invocation.with(Map.of(), "", "lint", example.toString());
        assertThat(lint.out()).isEmpty();
        assertThat(lint.code()).as(lint.err()).isZero();
    }
}
