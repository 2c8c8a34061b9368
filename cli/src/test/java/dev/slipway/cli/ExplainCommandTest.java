package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// What a build would do, told without doing it.
class ExplainCommandTest {
    @TempDir Path directory;
    private Path context = Path.of("");

    @BeforeEach
    void files() throws Exception {
        context = Files.createDirectory(directory.resolve("context"));
        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch\nCOPY a.txt /a\nCOPY b.txt /b\n");
        Files.writeString(context.resolve("a.txt"), "one\n");
        Files.writeString(context.resolve("b.txt"), "two\n");
    }

    private Invocation slipway(String... args) {
        Map<String, String> env = new HashMap<>();
        env.put("SLIPWAY_HOME", directory.resolve("home").toString());
        return Invocation.with(env, "", args);
    }

    @Test
    void explain_beforeAndAfterAChange() throws Exception {
        assertThat(slipway("explain", context.toString()).out())
                .contains("no earlier record")
                .contains("2 of 2 steps would run");
        assertThat(slipway("builds", "ls", "-q").out()).as("nothing was built").isEmpty();
        assertThat(slipway("build", context.toString()).code()).isZero();
        assertThat(slipway("explain", context.toString()).out())
                .contains("All 2 steps are in the cache.");
        Files.writeString(context.resolve("a.txt"), "three\n");
        assertThat(slipway("explain", context.toString()).out())
                .contains("COPY a.txt /a  runs, ")
                .contains("    1 of 1 file changed: a.txt (content)\n")
                .contains("    step 1 above is done anew: [1/2] COPY a.txt /a\n");
    }

    @Test
    void explain_changeOfAFile() {
        assertThat(slipway("build", context.toString()).code()).isZero();
        assertThat(
                        slipway("explain", "--change", "b.txt", "--change", "c", context.toString())
                                .out())
                .contains("b.txt: a change rebuilds 1 step, which took ")
                .contains("COPY b.txt /b  reads it")
                .contains("c: no step reads it");
        assertThat(
                        slipway(
                                        "explain",
                                        "--change",
                                        context.resolve("b.txt").toString(),
                                        context.toString())
                                .out())
                .as("a path that leads into the context")
                .contains("b.txt: a change rebuilds 1 step, which took ");
        assertThat(
                        slipway(
                                        "explain",
                                        "--format",
                                        "json",
                                        "--change",
                                        "a.txt",
                                        context.toString())
                                .out())
                .contains("\"verdict\": \"cached\"", "\"rebuilds\": [", "\"advice\": []");
    }
}
