package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.slipway.cli.Main;
import dev.slipway.image.History;
import dev.slipway.image.Image;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.MergedView;
import dev.slipway.image.Reference;
import dev.slipway.image.RunConfig;
import dev.slipway.image.Store;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Builds each Dockerfile of `differential.txt` with BuildKit and with Slipway and compares tree,
/// config and history.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BuildKitDifferentialTest {
    /// Where we differ on purpose; docs/differences.md tells users. A case listed here must differ.
    private static final Map<String, String> DELIBERATE =
            Map.of(
                    "copy-hard-links", "names of one file stay links when one COPY takes them",
                    "files-chmod-with-set-id", "set-id bits that are asked for are set",
                    "files-from-stage-pipe", "pipes are copied",
                    "files-add-unpacks-with-chown", "the owner that is asked for is given",
                    "workdir-existing", "a WORKDIR that changes nothing makes no layer",
                    "mount-bind", "mount points made for a RUN are removed again",
                    "mount-cache", "mount points made for a RUN are removed again",
                    "mount-tmpfs", "mount points made for a RUN are removed again");

    @TempDir static Path work;
    private DockerDaemon docker;
    private Path context;
    private long started;

    @BeforeAll
    void startBoth() throws Exception {
        Tool.need(DockerDaemon.available(), "root and dockerd (Debian: docker.io)");
        Tool.need(Tool.installed("busybox"), "busybox (Debian: busybox-static)");
        started = System.currentTimeMillis() / 1000;
        context = Contexts.rich(work.resolve("context"));
        Path base = Contexts.busyboxTar(work.resolve("base"));
        docker = DockerDaemon.start(Files.createDirectory(work.resolve("docker")));
        docker.mustDocker(
                "import",
                "-c",
                "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                base.toString(),
                "base");
        slipway(
                "ours",
                "import",
                "-c",
                "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                base.toString(),
                "base");
    }

    @AfterAll
    void stop() throws Exception {
        if (docker != null) {
            docker.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> sameImageAsBuildKit() throws Exception {
        return Cases.all().stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> compare(c)));
    }

    private void compare(Cases c) throws Exception {
        Path dockerfile = work.resolve(c.name() + ".Dockerfile");
        Files.writeString(dockerfile, c.dockerfile());
        Path archive = work.resolve("theirs.tar");
        docker.mustDocker(arguments(c, dockerfile, "--network", "none"));
        docker.mustDocker("save", "-o", archive.toString(), c.name());
        slipway("theirs", "load", "-i", archive.toString());
        Files.delete(archive);
        slipway("ours", arguments(c, dockerfile, "-q"));
        List<String> differences = new ArrayList<>();
        try (Store theirs = Store.open(home("theirs"));
                Store ours = Store.open(home("ours"))) {
            Image expected = image(theirs, c.name());
            Image actual = image(ours, c.name());
            difference("config", config(expected.config()), config(actual.config()), differences);
            difference("tree", tree(expected), tree(actual), differences);
        }
        String reason = DELIBERATE.get(c.name());
        if (reason != null) {
            assertThat(differences).as("listed as different: " + reason).isNotEmpty();
        } else if (!differences.isEmpty()) {
            fail(
                    c.name()
                            + " differs from BuildKit:\n"
                            + String.join("\n", differences)
                            + "\n"
                            + c.dockerfile());
        }
    }

    private String[] arguments(Cases c, Path dockerfile, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("build", "-f", dockerfile.toString(), "-t", c.name()));
        arguments.addAll(c.flags());
        arguments.addAll(List.of(more));
        arguments.add(context.toString());
        return arguments.toArray(String[]::new);
    }

    private Path home(String store) {
        return work.resolve(store);
    }

    private void slipway(String store, String... arguments) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        PrintStream text = new PrintStream(output, true, StandardCharsets.UTF_8);
        int code =
                Main.run(
                        arguments,
                        Map.of("SLIPWAY_HOME", home(store).toString()),
                        InputStream.nullInputStream(),
                        text,
                        text);
        if (code != 0) {
            fail(
                    "slipway "
                            + String.join(" ", arguments)
                            + " exited with "
                            + code
                            + ":\n"
                            + output.toString(StandardCharsets.UTF_8));
        }
    }

    private static Image image(Store store, String name) throws Exception {
        return Image.load(
                store,
                store.images().find(Reference.parse(name).withDefaultTag()).orElseThrow(),
                null);
    }

    private SortedMap<String, String> tree(Image image) throws Exception {
        try (MergedView view = MergedView.of(image.layers())) {
            SortedMap<String, String> lines = TreeText.of(view);
            lines.replaceAll((_, line) -> withoutNow(line));
            return lines;
        }
    }

    /// dockerd writes whole seconds, and what is made during a build has the time of that build.
    /// Directories are compared without their times: ours do not depend on when a build ran (copied
    /// ones keep the context's, made ones have the epoch), BuildKit 20.10's do.
    private String withoutNow(String line) {
        if (line.startsWith("DIRECTORY")) {
            return line.replaceFirst(" mtime=[0-9.]+", "");
        }
        int at = line.indexOf("mtime=") + "mtime=".length();
        int dot = line.indexOf('.', at);
        int end = line.indexOf(' ', at);
        long seconds = Long.parseLong(line.substring(at, dot));
        return line.substring(0, at)
                + (seconds >= started ? "now" : Long.toString(seconds))
                + (end < 0 ? "" : line.substring(end));
    }

    private static SortedMap<String, String> config(ImageConfig image) {
        RunConfig config = image.config();
        SortedMap<String, String> fields = new TreeMap<>();
        fields.put("user", config.user());
        fields.put("ports", config.exposedPorts().toString());
        fields.put("env", config.env().toString());
        fields.put("entrypoint", String.valueOf(config.entrypoint()));
        fields.put("cmd", String.valueOf(config.cmd()));
        fields.put("volumes", config.volumes().toString());
        fields.put("workdir", config.workingDir());
        fields.put("labels", config.labels().toString());
        fields.put("stopsignal", config.stopSignal());
        fields.put("healthcheck", String.valueOf(config.healthcheck()));
        fields.put("shell", String.valueOf(config.shell()));
        fields.put("onbuild", config.onBuild().toString());
        fields.put("author", String.valueOf(image.author()));
        int number = 0;
        for (History history : image.history().subList(1, Math.max(1, image.history().size()))) {
            fields.put(
                    "history " + number++,
                    instruction(history.createdBy()) + (history.emptyLayer() ? " (empty)" : ""));
        }
        fields.put("layers", Integer.toString(image.diffIds().size()));
        return fields;
    }

    /// BuildKit 20.10 prints Go's inner forms of these three, and newer ones others; ours are in
    /// docs/differences.md.
    private static String instruction(String createdBy) {
        for (String word : List.of("ARG", "EXPOSE", "HEALTHCHECK")) {
            if (createdBy.startsWith(word + " ")) {
                return word;
            }
        }
        // Newer BuildKits show these flags in the history, as we do; 20.10 leaves them out.
        return createdBy.replaceFirst("^(COPY|ADD) (--(chown|chmod)=\\S+ )+", "$1 ");
    }

    private static void difference(
            String what,
            SortedMap<String, String> expected,
            SortedMap<String, String> actual,
            List<String> differences) {
        SortedMap<String, String> all = new TreeMap<>(expected);
        all.putAll(actual);
        for (String key : all.keySet()) {
            String theirs = expected.get(key);
            String ours = actual.get(key);
            if (theirs == null || !theirs.equals(ours)) {
                differences.add(
                        "  "
                                + what
                                + " "
                                + key
                                + "\n    BuildKit: "
                                + theirs
                                + "\n    Slipway:  "
                                + ours);
            }
        }
    }
}
