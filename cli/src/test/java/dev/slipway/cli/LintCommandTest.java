package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

class LintCommandTest {
    @TempDir private Path directory;

    private String write(String name, String text) throws Exception {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text).toString();
    }

    @Test
    void lint_ofFinding_fails() throws Exception {
        Invocation call = Invocation.of("lint", write("Dockerfile", "FROM debian\n"));
        assertThat(call.code()).isEqualTo(1);
        assertThat(call.out()).contains("Dockerfile:1:6 DL3006 warning:");
    }

    @Test
    void lint_ofCleanFile_isSilent() throws Exception {
        Invocation call = Invocation.of("lint", write("Dockerfile", "FROM debian:12\n"));
        assertThat(call.code()).isZero();
        assertThat(call.out()).isEmpty();
    }

    @Test
    void threshold_decidesAboutTheExitCode() throws Exception {
        String file = write("Dockerfile", "FROM debian\n");
        assertThat(Invocation.of("lint", "-t", "error", file).code()).isZero();
        assertThat(Invocation.of("lint", "-t", "warning", file).code()).isEqualTo(1);
        assertThat(Invocation.of("lint", "--no-fail", file).code()).isZero();
        assertThat(Invocation.of("lint", "--ignore", "DL3006", file).code()).isZero();
        assertThat(Invocation.of("lint", "-t", "error", "--error", "DL3006", file).code())
                .isEqualTo(1);
        assertThat(Invocation.of("lint", "-f", "codeclimate", file).code()).isZero();
        assertThat(Invocation.of("lint", "-f", "gitlab_codeclimate", file).code()).isEqualTo(1);
    }

    @Test
    void syntaxError_failsWhateverTheThreshold() throws Exception {
        String file = write("Dockerfile", "FROM debian:12\nRUNN x\n");
        assertThat(Invocation.of("lint", "-t", "error", file).code()).isEqualTo(1);
    }

    @Test
    void standardInput_isADash() {
        Invocation call = Invocation.with(Map.of(), "FROM debian\n", "lint", "-f", "gnu", "-");
        assertThat(call.out()).startsWith("hadolint:-:1: DL3006");
    }

    @Test
    void directory_isSearched() throws Exception {
        write("a/Dockerfile", "FROM debian\n");
        write("b/web.Dockerfile", "FROM debian\n");
        write("node_modules/x/Dockerfile", "FROM debian\n");
        write("b/notes.txt", "FROM debian\n");
        Invocation call = Invocation.of("lint", "-f", "gnu", directory.toString());
        assertThat(call.out().lines().map(line -> line.substring(line.lastIndexOf('/') + 1)))
                .containsExactly(
                        "Dockerfile:1: DL3006 warning: Always tag the version of an image"
                                + " explicitly",
                        "web.Dockerfile:1: DL3006 warning: Always tag the version of an image"
                                + " explicitly");
    }

    @Test
    void pattern_isExpanded() throws Exception {
        write("a/Dockerfile", "FROM debian\n");
        write("b/c/Dockerfile", "FROM debian\n");
        Invocation call =
                Invocation.of("lint", "-f", "gnu", directory.resolve("**/Dockerfile").toString());
        assertThat(call.out().lines()).hasSize(2);
        assertThat(Invocation.of("lint", directory.resolve("*.nothing").toString()).code())
                .isEqualTo(1);
    }

    @Test
    void outputs_goWithFormats() throws Exception {
        String file = write("Dockerfile", "FROM debian\n");
        Path json = directory.resolve("out.json");
        Invocation call =
                Invocation.of("lint", "-f", "json", "-o", json.toString(), "-f", "gnu", file);
        assertThat(json).content().startsWith("[{\"code\":\"DL3006\"");
        assertThat(call.out()).startsWith("hadolint:");
    }

    @Test
    void unknownFormat_isWrongUsage() throws Exception {
        String file = write("Dockerfile", "FROM debian\n");
        assertThat(Invocation.of("lint", "-f", "pdf", file).code()).isEqualTo(2);
    }

    @Test
    void brokenConfiguration_isSaid_andLintingGoesOn() throws Exception {
        String file = write("Dockerfile", "FROM debian\n");
        String config = write("h.yaml", "ignored: {\n");
        Invocation call = Invocation.of("lint", "-c", config, file);
        assertThat(call.err()).contains("h.yaml");
        assertThat(call.out()).contains("DL3006");
    }

    @Test
    void configuration_isHonoured() throws Exception {
        String file = write("Dockerfile", "FROM debian\n");
        String config = write("h.yaml", "ignored: [DL3006]\n");
        assertThat(Invocation.of("lint", "-c", config, file).code()).isZero();
    }

    @Test
    void diff_showsChanges_andMakesNone() throws Exception {
        String file = write("Dockerfile", "FROM debian:12 as x\n");
        Invocation call = Invocation.of("lint", "--fix", "--diff", file);
        assertThat(call.out()).contains("-FROM debian:12 as x\n+FROM debian:12 AS x\n");
        assertThat(Path.of(file)).content().isEqualTo("FROM debian:12 as x\n");
    }

    @Test
    void fix_changesTheFile_andReportsWhatIsLeft() throws Exception {
        String file = write("Dockerfile", "FROM debian as x # keep\n");
        write("Dockerfile", "FROM debian as x\n# a comment\nENV A b\n");
        Invocation call = Invocation.of("lint", "--fix", file);
        assertThat(Path.of(file)).content().isEqualTo("FROM debian AS x\n# a comment\nENV A=b\n");
        assertThat(call.err()).contains("fixed: Write AS");
        assertThat(call.out()).contains("DL3006");
    }

    @Test
    void fixUnsafe_changesMore() throws Exception {
        String file = write("Dockerfile", "FROM debian:12\nCMD node index.js\n");
        assertThat(Invocation.of("lint", "--fix", file).code()).isEqualTo(1);
        assertThat(Invocation.of("lint", "--fix=unsafe", file).code()).isZero();
        assertThat(Path.of(file))
                .content()
                .isEqualTo("FROM debian:12\nCMD [\"node\", \"index.js\"]\n");
    }

    @Test
    void rules_listsAll_andExplainKnowsEveryName() {
        assertThat(Invocation.of("lint", "rules").out()).contains("SLW2001").contains("DL3000");
        for (String name : new String[] {"DL3000", "relative-workdir", "ckv_docker_10", "DS009"}) {
            assertThat(Invocation.of("lint", "explain", name).out()).contains("# SLW2001");
        }
        Invocation unknown = Invocation.of("lint", "explain", "DL9999");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("See `slipway lint rules`.");
        assertThat(Invocation.of("lint", "explain").code()).isEqualTo(2);
    }

    @Test
    void missingFile_isSaid() {
        Invocation call = Invocation.of("lint", directory.resolve("none").toString());
        assertThat(call.code()).isEqualTo(1);
        assertThat(call.err()).contains("does not exist");
    }
}
