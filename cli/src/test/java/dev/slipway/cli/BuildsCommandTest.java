package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What is remembered of builds; those here need no RUN and work for anybody.
class BuildsCommandTest {
    @TempDir Path directory;
    private Path context = Path.of("");

    @BeforeEach
    void builds() throws Exception {
        context = Files.createDirectory(directory.resolve("context"));
        Files.writeString(context.resolve("a.txt"), "one\n");
        Files.writeString(context.resolve("good"), "FROM scratch AS base\nCOPY a.txt /a\n");
        Files.writeString(context.resolve("bad"), "FROM scratch\nCOPY a.txt /a\nCOPY none /b\n");
        assertThat(build("good", "-t", "app", "--build-arg", "X=1").code()).isZero();
        assertThat(build("bad").code()).isEqualTo(Main.FAILED);
        assertThat(build("good", "-t", "app", "--target", "base").code()).isZero();
    }

    private Invocation build(String dockerfile, String... more) {
        String[] args = new String[more.length + 4];
        System.arraycopy(more, 0, args, 4, more.length);
        args[0] = "build";
        args[1] = "-f";
        args[2] = context.resolve(dockerfile).toString();
        args[3] = context.toString();
        return slipway(args);
    }

    private Invocation slipway(String... args) {
        Map<String, String> env = new HashMap<>();
        env.put("SLIPWAY_HOME", directory.resolve("home").toString());
        return Invocation.with(env, "", args);
    }

    private List<String> ids() {
        return slipway("builds", "ls", "-q").out().lines().toList();
    }

    @Test
    void ls_newestFirst() {
        assertThat(slipway("builds", "ls", "--format", "{{.Name}} {{.Status}} {{.Steps}}").out())
                .isEqualTo(
                        """
                        app:latest (base) Completed 0 done, 1 cached
                        context Failed 0 done, 0 cached
                        app:latest Completed 1 done, 0 cached
                        """
                                .replace("app:latest", "app"));
        assertThat(slipway("buildx", "history", "ls").out()).startsWith("BUILD ID");
    }

    @Test
    void ls_filters() {
        assertThat(slipway("builds", "ls", "-q", "--filter", "status=failed").out().lines())
                .containsExactly(ids().get(1));
        assertThat(slipway("builds", "ls", "-q", "-f", "name=app", "-f", "since=1h").out().lines())
                .containsExactly(ids().get(0), ids().get(2));
        assertThat(slipway("builds", "ls", "-q", "--filter", "until=1h").out()).isEmpty();
        assertThat(slipway("builds", "ls", "--filter", "status=bad").code())
                .isEqualTo(Main.WRONG_USAGE);
        assertThat(slipway("builds", "ls", "--filter", "colour=red").code())
                .isEqualTo(Main.WRONG_USAGE);
    }

    @Test
    void ls_json_hasTheNamesOfBuildx() {
        assertThat(slipway("builds", "ls", "--format", "json").out().lines().toList().getLast())
                .startsWith("{\"ref\":\"" + ids().getLast() + "\",\"name\":\"app\"")
                .contains("\"status\":\"Completed\"", "\"total_steps\":1", "\"cached_steps\":0");
    }

    @Test
    void show_failed_saysWhatWhereAndWhy() {
        String text = slipway("builds", "show", "^1").out();
        assertThat(text)
                .contains("Status:      failed")
                .contains("Error:       ")
                .contains("none")
                .contains("Place:       " + context.resolve("bad") + ":3")
                .containsPattern("2 +skipped +.* COPY none /b");
    }

    @Test
    void show_json_hasFactsAndSteps() {
        String id = ids().getLast();
        String text =
                slipway("builds", "show", id.substring(0, id.length()), "--format", "json").out();
        assertThat(text)
                .contains("\"X\": \"1\"", "\"status\": \"done\"", "\"reason\": \"first_time\"")
                .contains("\"manifest\": \"sha256:");
        assertThat(slipway("builds", "show", "--format", "{{.name}} {{len .steps}}").out())
                .isEqualTo("app (base) 1\n");
    }

    @Test
    void show_wrongName_saysWhatThereIs() {
        assertThat(slipway("builds", "show", "nothing").err())
                .contains("there is no record of a build nothing", "slipway builds ls");
        assertThat(slipway("builds", "show", "^9").err()).contains("only 3 builds");
        String common = ids().getFirst().substring(0, 1);
        assertThat(slipway("builds", "show", common).err()).contains("several builds begin with");
    }

    @Test
    void open_toFileAndStandardOutput() throws Exception {
        Path file = directory.resolve("page.html");
        Invocation run = slipway("builds", "open", "^1", "-o", file.toString());
        assertThat(run.out()).isEqualTo(file.toUri() + "\n");
        assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>").contains("COPY none /b");
        assertThat(slipway("builds", "open", "-o", "-").out()).endsWith("</html>\n");
    }

    @Test
    void rm_byNameAgeAndAll() {
        String first = ids().getLast();
        assertThat(slipway("builds", "rm", first).out()).isEqualTo(first + "\n");
        assertThat(slipway("builds", "rm", "--older-than", "1h").out()).isEmpty();
        assertThat(ids()).hasSize(2);
        assertThat(slipway("builds", "rm").code()).isEqualTo(Main.WRONG_USAGE);
        assertThat(slipway("builds", "rm", "--all", first).code()).isEqualTo(Main.WRONG_USAGE);
        assertThat(slipway("builds", "rm", "--all").out().lines()).hasSize(2);
        assertThat(ids()).isEmpty();
        assertThat(slipway("builds", "show").err()).contains("nothing was built here yet");
    }

    @Test
    void rm_runningBuild_stays() throws Exception {
        Path record = Files.createDirectories(directory.resolve("home/builds/zz-1"));
        Path request = record.resolve("request.json");
        String text = "{\"started\":\"2099-01-01T00:00:00Z\",\"pid\":%d}";
        Files.writeString(request, text.formatted(ProcessHandle.current().pid()));
        assertThat(slipway("builds", "ls", "--filter", "status=running", "-q").out())
                .isEqualTo("zz-1\n");
        assertThat(slipway("builds", "rm", "zz-1").err()).contains("zz-1 is running");
        assertThat(record).exists();
        // The number of a process that cannot be.
        Files.writeString(request, text.formatted(1L << 40));
        assertThat(slipway("builds", "ls", "--format", "{{.ID}} {{.Status}}").out())
                .startsWith("zz-1 Died\n");
        assertThat(slipway("builds", "rm", "zz-1").code()).isZero();
        assertThat(record).doesNotExist();
    }

    @Test
    void record_cutShort_isReadAsFarAsItGoes() throws Exception {
        Path events =
                directory.resolve("home/builds").resolve(ids().getLast()).resolve("events.jsonl");
        String whole = Files.readString(events);
        for (int length = 0; length < whole.length(); length += 7) {
            Files.writeString(events, whole.substring(0, length));
            assertThat(slipway("builds", "show", ids().getLast()).code()).as("" + length).isZero();
        }
    }

    @Test
    void logs_ofAllStepsAndOfOne() throws Exception {
        Busybox.need();
        Path tar = Busybox.tar(directory);
        assertThat(slipway("import", tar.toString(), "box").code()).isZero();
        Path dockerfile = context.resolve("run");
        Files.writeString(dockerfile, "FROM box\nRUN echo one; echo two >&2\nRUN echo three\n");
        assertThat(build("run").code()).isZero();
        assertThat(slipway("builds", "logs").out()).contains("#2 one\n", "#2 two\n", "#3 three\n");
        Invocation step = slipway("buildx", "history", "logs", "^0", "2");
        assertThat(step.out()).isEqualTo("one\n");
        assertThat(step.err()).isEqualTo("two\n");
        Invocation none = slipway("builds", "logs", "^0", "9");
        assertThat(none.code()).isEqualTo(Main.WRONG_USAGE);
        assertThat(none.err()).contains("hint: Their numbers are in slipway builds show ");
    }
}
