package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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

    /// Whoever puts `explain` in the place of `build` is either understood or told why not.
    @Test
    void everyFlagOfBuild_isTakenOrRefusedByName() {
        Map<String, Option> ours = options(new ExplainCommand().spec());
        for (Option option : options(BuildFlags.spec()).values()) {
            if (!option.isHidden()) {
                assertThat(ours).containsKey(option.name());
            }
        }
        Invocation refused = slipway("explain", "--cache-from=x", context.toString());
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("--cache-from is not available: explain looks into");
        assertThat(slipway("explain", "--no-such", context.toString()).err())
                .contains("unknown flag: --no-such");
    }

    private static Map<String, Option> options(CommandSpec spec) {
        Map<String, Option> options = new HashMap<>();
        for (CommandSpec.Group group : spec.groups()) {
            for (Option option : group.options()) {
                options.put(option.name(), option);
            }
        }
        return options;
    }

    /// What a build found with these flags is found with them here.
    @Test
    void flagsThatKeysDependOn_countAsInTheBuild() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.writeString(other.resolve("c.txt"), "three\n");
        Path ignore = Files.writeString(directory.resolve("ignore"), "b.txt\n");
        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch\nCOPY . /a\nCOPY --from=o . /o\n");
        String[] flags = {
            "--build-context=o=" + other,
            "--ignorefile=" + ignore,
            "--preserve=owner",
            "--secret=id=s,src=" + context.resolve("a.txt"),
            "--tag=app",
            "--label=a=b",
            "--provenance=false",
            "--add-host=h:1.2.3.4",
            context.toString()
        };
        assertThat(slipway(with("build", flags)).code()).isZero();
        assertThat(slipway(with("explain", flags)).out()).contains("All 2 steps are in the cache.");
        Files.writeString(context.resolve("b.txt"), "hidden\n");
        assertThat(slipway(with("explain", flags)).out()).contains("All 2 steps are in the cache.");
        Files.writeString(other.resolve("c.txt"), "four\n");
        assertThat(slipway(with("explain", flags)).out())
                .contains("context o: 1 of 1 file changed: c.txt (content)");
        flags[3] = "--secret=id=s,src=" + context.resolve("no-such");
        assertThat(slipway(with("explain", flags)).err()).contains("--secret s: there is no file");
    }

    private static String[] with(String command, String... flags) {
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(List.of(flags));
        return line.toArray(new String[0]);
    }
}
