package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class CompletionTest {
    @TempDir Path directory;

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text;
    }

    @ParameterizedTest
    @CsvSource({
        "'slipway ver', version",
        "'slipway image his', history",
        "'slipway version --for', --format",
        "'slipway --debug image ', ls",
    })
    void bash_completesWords(String line, String expected) throws Exception {
        Path script = directory.resolve("slipway.bash");
        Files.writeString(script, Invocation.of("completion", "bash").out());
        String ask =
                "source "
                        + script
                        + "\nread -ra COMP_WORDS <<< '"
                        + line
                        + "'\n"
                        + "[[ '"
                        + line
                        + "' == *' ' ]] && COMP_WORDS+=('')\n"
                        + "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                        + "_slipway\n"
                        + "printf '%s\\n' \"${COMPREPLY[@]}\"";
        assertThat(run("bash", "-c", ask).lines()).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zsh", "fish"})
    void otherShells_acceptTheScript(String shell) throws Exception {
        String script = Invocation.of("completion", shell).out();
        assertThat(script).contains("version", "format");
        Path binary = Path.of("/usr/bin", shell);
        Assumptions.assumeTrue(Files.isExecutable(binary), "needs " + shell);
        Path file = directory.resolve("script");
        Files.writeString(file, script);
        run(binary.toString(), "-n", file.toString());
    }

    @Test
    void unknownShell_isWrongUsage() {
        Invocation run = Invocation.of("completion", "csh");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("unknown shell: csh", String.valueOf(List.of("bash", "zsh", "fish")));
    }
}
