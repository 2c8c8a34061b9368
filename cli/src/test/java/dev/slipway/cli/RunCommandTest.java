package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Real containers on a busybox image, run in this process.
class RunCommandTest {
    @TempDir static Path directory;
    @TempDir Path scratch;

    @BeforeAll
    static void image() throws Exception {
        Busybox.need();
        Path tar = Busybox.tar(directory);
        Invocation done =
                slipway(
                        "",
                        "import",
                        "-c",
                        "ENV FROM_IMAGE=yes BOTH=image",
                        "-c",
                        "CMD [\"echo\", \"the default\"]",
                        "-c",
                        "WORKDIR /tmp",
                        tar.toString(),
                        "box");
        assertThat(done.code()).as(done.err()).isZero();
    }

    private static Invocation slipway(String input, String... args) {
        Map<String, String> env = new HashMap<>();
        env.put("SLIPWAY_HOME", directory.resolve("home").toString());
        env.put("PASSED", "from here");
        return Invocation.with(env, input, args);
    }

    private static Invocation run(String... args) {
        return slipway("", args);
    }

    @Test
    void run_noCommand_isTheImages() {
        Invocation run = run("run", "--rm", "box");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo("the default\n");
        assertThat(run.code()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run box sh -c 'exit 7' | 7",
                "run box no-such-program | 127",
                "run box /data/seed | 126",
                "run --init box sh -c 'kill -TERM $$' | 143",
                "run no-such-image | 125",
                "run --no-such-flag box | 125",
                "run -t -i box | 125",
                "run -d box | 125",
                "run -p 80:80 box | 125",
                "run --memory lots box | 125",
                "run --user nobody-here box | 125",
                "run --mount type=bind,source=/no/such,target=/x box | 125",
            })
    void run_exitCodes(String line, int code) {
        Invocation run = run(words(line));
        assertThat(run.code()).as(run.err()).isEqualTo(code);
        if (code >= 125 && code < 128) {
            assertThat(run.err()).startsWith("error: ").doesNotContain("Exception", "\tat ");
        }
    }

    private static String[] words(String line) {
        int quote = line.indexOf('\'');
        if (quote < 0) {
            return line.split(" ");
        }
        String[] head = line.substring(0, quote).strip().split(" ");
        String[] all = java.util.Arrays.copyOf(head, head.length + 1);
        all[head.length] = line.substring(quote + 1, line.length() - 1);
        return all;
    }

    @Test
    void run_environment_joinedAsDockerDoes() throws Exception {
        Path file = scratch.resolve("vars");
        Files.writeString(file, "# comment\n\nFILE=a b # kept\nBOTH=file\nPASSED\nUNSET_HERE\n");
        Invocation run =
                run(
                        "run",
                        "-e",
                        "BOTH=flag",
                        "-e",
                        "ALSO_UNSET",
                        "--env-file",
                        file.toString(),
                        "box",
                        "env");
        List<String> lines = run.out().lines().toList();
        assertThat(lines)
                .contains(
                        "FROM_IMAGE=yes",
                        "BOTH=flag",
                        "FILE=a b # kept",
                        "PASSED=from here",
                        "HOME=/root")
                .noneMatch(l -> l.startsWith("UNSET_HERE") || l.startsWith("ALSO_UNSET"))
                .anyMatch(l -> l.startsWith("PATH=/usr/local/sbin:"))
                .anyMatch(l -> l.startsWith("HOSTNAME="));
    }

    @Test
    void run_userDirectoryEntrypoint() {
        assertThat(run("run", "-u", "app", "box", "id").out())
                .isEqualTo("uid=1000(app) gid=1000(app) groups=1000(app),2000(more)\n");
        assertThat(run("run", "-u", "5:6", "--group-add", "7", "box", "id").out())
                .isEqualTo("uid=5 gid=6 groups=6,7\n");
        assertThat(run("run", "box", "pwd").out()).isEqualTo("/tmp\n");
        assertThat(run("run", "-w", "/new/place", "box", "pwd").out()).isEqualTo("/new/place\n");
        assertThat(run("run", "--entrypoint", "echo", "box", "a", "--b").out())
                .isEqualTo("a --b\n");
        assertThat(run("run", "--entrypoint", "id", "box", "-u").out()).isEqualTo("0\n");
    }

    @Test
    void run_standardInput_onlyWhenInteractive() {
        assertThat(slipway("typed\n", "run", "-i", "box", "cat").out()).isEqualTo("typed\n");
        assertThat(slipway("typed\n", "run", "box", "cat").out()).isEmpty();
    }

    @Test
    void run_changes_areDropped() {
        assertThat(run("run", "box", "sh", "-c", "echo x > /left && cat /left").out())
                .isEqualTo("x\n");
        assertThat(run("run", "box", "cat", "/left").code()).isEqualTo(1);
        assertThat(directory.resolve("home/tmp")).isEmptyDirectory();
    }

    @Test
    void run_namedVolume_startsWithTheImagesFilesAndStays() {
        assertThat(
                        run(
                                        "run",
                                        "-v",
                                        "vol:/data",
                                        "box",
                                        "sh",
                                        "-c",
                                        "cat /data/seed; echo new > /data/new")
                                .out())
                .isEqualTo("seed\n");
        assertThat(run("run", "-v", "vol:/data:ro", "box", "cat", "/data/new").out())
                .isEqualTo("new\n");
        assertThat(run("run", "-v", "vol:/data:ro", "box", "touch", "/data/more").err())
                .contains("Read-only file system");
        assertThat(run("run", "-v", "bad/name:/data", "box").code()).isEqualTo(125);
    }

    @Test
    void run_bindMount_seesTheHostsFiles() throws Exception {
        Files.writeString(scratch.resolve("here"), "host\n");
        String mount = scratch + ":/in";
        assertThat(
                        run(
                                        "run",
                                        "-v",
                                        mount,
                                        "box",
                                        "sh",
                                        "-c",
                                        "cat /in/here; echo out > /in/there")
                                .out())
                .isEqualTo("host\n");
        assertThat(scratch.resolve("there")).hasContent("out");
        Invocation readOnly =
                run(
                        "run",
                        "--mount",
                        "type=bind,src=" + scratch + ",dst=/in,ro",
                        "box",
                        "touch",
                        "/in/x");
        assertThat(readOnly.err()).contains("Read-only file system");
    }

    @Test
    void run_readOnlyRootAndTmpfs() {
        Invocation run =
                run(
                        "run",
                        "--read-only",
                        "--tmpfs",
                        "/tmp:size=64k",
                        "box",
                        "sh",
                        "-c",
                        "touch /x; touch /tmp/y && echo ok");
        assertThat(run.out()).isEqualTo("ok\n");
        assertThat(run.err()).contains("/x: Read-only file system");
    }

    @Test
    void run_cidfile_isNotOverwritten() throws Exception {
        Path file = scratch.resolve("cid");
        assertThat(run("run", "--cidfile", file.toString(), "box", "true").code()).isZero();
        assertThat(Files.readString(file)).matches("[0-9a-f]{64}");
        assertThat(run("run", "--cidfile", file.toString(), "box", "true").code()).isEqualTo(125);
    }
}
