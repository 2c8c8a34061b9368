package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.ImageConfig;
import dev.slipway.image.MergedView;
import dev.slipway.image.Store;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;

/// Builds the cases of `differential.txt` that buildah 1.28 understands as we do with both, and
/// compares tree and config.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BuildahDifferentialTest {
    /// Cases about files and metadata. Left out: what buildah does otherwise on purpose, as with
    /// links, wildcards of directories, and directories that a copy creates.
    private static final List<String> CASES =
            List.of(
                    "copy-file",
                    "copy-file-into-directory",
                    "copy-file-to-new-directory",
                    "copy-relative-to-workdir",
                    "copy-several",
                    "copy-directory-contents",
                    "copy-directory-slash",
                    "copy-two-directories",
                    "copy-wildcard",
                    "copy-wildcard-question",
                    "copy-modes",
                    "copy-empty-file",
                    "copy-chown-numeric",
                    "copy-chown-name",
                    "copy-from-stage",
                    "copy-from-stage-number",
                    "files-destination-root",
                    "files-source-absolute",
                    "files-from-stage-of-a-stage",
                    "files-copy-does-not-unpack",
                    "add-file",
                    "add-directory",
                    "add-not-an-archive",
                    "files-add-renamed",
                    "run-writes",
                    "run-removes",
                    "labels",
                    "user",
                    "cmd-exec",
                    "entrypoint-and-cmd");

    @TempDir static Path work;
    private Path context;
    private Slipway ours;
    private Slipway theirs;
    private List<String> buildah;

    @BeforeAll
    void prepare() throws Exception {
        Tool.needRoot();
        Tool.need(Tool.installed("buildah"), "buildah");
        Tool.need(Tool.installed("busybox"), "busybox (Debian: busybox-static)");
        context = Contexts.rich(work.resolve("context"));
        ours = new Slipway(work.resolve("ours"));
        theirs = new Slipway(work.resolve("theirs"));
        ours.importBusybox(work.resolve("base"));
        Path policy =
                Files.writeString(
                        work.resolve("policy.json"),
                        "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
        buildah =
                List.of(
                        "buildah",
                        "--root=" + work.resolve("root"),
                        "--runroot=" + work.resolve("run"),
                        "--storage-driver=vfs");
        Path archive = work.resolve("base-image.tar");
        ours.run("save", "--format", "oci-archive", "-o", archive.toString(), "base");
        buildah("pull", "--signature-policy", policy.toString(), "oci-archive:" + archive);
    }

    @AfterAll
    void remove() throws Exception {
        Tool.outcome(Map.of(), List.of("rm", "-rf", work.resolve("root").toString()));
    }

    private String buildah(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(buildah);
        command.addAll(List.of(arguments));
        return Tool.run(Map.of(), command.toArray(String[]::new));
    }

    @TestFactory
    Stream<DynamicTest> sameImageAsBuildah() throws Exception {
        List<Cases> cases = Cases.all();
        assertThat(cases.stream().map(Cases::name)).containsAll(CASES);
        return cases.stream()
                .filter(c -> CASES.contains(c.name()))
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> compare(c)));
    }

    private void compare(Cases c) throws Exception {
        Path dockerfile = Files.writeString(work.resolve("Dockerfile"), c.dockerfile());
        buildah(
                "build",
                "--isolation=chroot",
                "--network=none",
                "--pull-never",
                "--format=docker",
                "--signature-policy=" + work.resolve("policy.json"),
                "-q",
                "-f",
                dockerfile.toString(),
                "-t",
                c.name(),
                context.toString());
        Path archive = work.resolve("theirs.tar");
        Files.deleteIfExists(archive);
        buildah(
                "push",
                "-q",
                "--signature-policy=" + work.resolve("policy.json"),
                "localhost/" + c.name(),
                "docker-archive:" + archive + ":" + c.name());
        theirs.run("load", "-i", archive.toString());
        ours.run(
                "build", "-q", "-f", dockerfile.toString(), "-t", c.name(), context.toString());
        SortedMap<String, String> expected = tree(theirs, c.name());
        SortedMap<String, String> actual = tree(ours, c.name());
        assertThat(actual).isEqualTo(expected);
        assertThat(config(ours, c.name())).isEqualTo(config(theirs, c.name()));
    }

    private static SortedMap<String, String> tree(Slipway slipway, String name) throws Exception {
        try (Store store = Store.open(slipway.home());
                MergedView view = MergedView.of(slipway.image(store, name).layers())) {
            SortedMap<String, String> lines = TreeText.of(view);
            // buildah's times of directories and of what RUN makes are those of the build, and it
            // leaves mount points of its own in /dev, /proc, /sys and /run.
            lines.keySet().removeIf(path -> path.matches("/(dev|proc|sys|run)(/.*)?"));
            lines.replaceAll((_, line) -> line.replaceFirst(" mtime=\\S+", ""));
            return lines;
        }
    }

    private static List<Object> config(Slipway slipway, String name) throws Exception {
        try (Store store = Store.open(slipway.home())) {
            ImageConfig config = slipway.image(store, name).config();
            return List.of(
                    config.config().user(),
                    config.config().env(),
                    String.valueOf(config.config().entrypoint()),
                    String.valueOf(config.config().cmd()),
                    config.config().workingDir());
        }
    }
}
