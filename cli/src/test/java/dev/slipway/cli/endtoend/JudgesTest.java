package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.DirectoryTree;
import dev.slipway.image.MergedView;
import dev.slipway.image.Store;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;

/// Other people's tools read what we write, and find in it what we see.
class JudgesTest {
    @TempDir Path work;
    private Slipway slipway;

    @BeforeEach
    void buildOne() throws Exception {
        Tool.needRoot();
        slipway = new Slipway(work.resolve("home"));
        slipway.importBusybox(work.resolve("base"));
        Path context = Contexts.rich(work.resolve("context"));
        Tool.need(Tool.installed("setfattr"), "setfattr (Debian: attr)");
        Tool.shell(
                context,
                "setfattr -n user.note -v kept a.txt; setfattr -n security.capability -v"
                        + " 0sAQAAAgAEAAAAAAAAAAAAAAAAAAA= run.sh");
        Files.writeString(
                context.resolve("Dockerfile"),
                """
                FROM base
                COPY . /app
                RUN rm -r /app/dir/sub && chmod 0711 /app/dir && mkdir /app/dir/sub && echo new > /app/dir/sub/new && ln /app/dir/sub/new /hard
                RUN mkfifo /fifo && mknod /null c 1 3 && dd if=/dev/zero of=/sparse bs=1 count=1 seek=1000000 2>/dev/null && rm /etc/group
                LABEL judged=yes
                CMD ["sh", "-c", "echo from the image"]
                """);
        slipway.run("build", "-t", "judged", context.toString());
    }

    @Test
    void umoci_unpacksTheTreeWeSee() throws Exception {
        Tool.need(Tool.installed("umoci"), "umoci");
        Path layout = work.resolve("layout");
        slipway.run("save", "--format", "oci-dir", "-o", layout.toString(), "judged");
        Tool.run(
                Map.of(),
                "umoci",
                "unpack",
                "--image",
                layout + ":latest",
                work.resolve("bundle").toString());
        try (Store store = Store.open(slipway.home());
                MergedView view = MergedView.of(slipway.image(store, "judged").layers());
                DirectoryTree unpacked = DirectoryTree.open(work.resolve("bundle/rootfs"))) {
            SortedMap<String, String> ours = TreeText.of(view);
            assertThat(ours).hasSizeGreaterThan(300);
            assertThat(TreeText.of(unpacked)).containsExactlyEntriesOf(ours);
        }
    }

    @Test
    void skopeo_readsEveryArchive() throws Exception {
        Tool.need(Tool.installed("skopeo"), "skopeo");
        for (String format : new String[] {"docker-archive", "oci-archive"}) {
            Path archive = work.resolve(format + ".tar");
            slipway.run("save", "--format", format, "-o", archive.toString(), "judged");
            assertThat(Tool.run(Map.of(), "skopeo", "inspect", format + ":" + archive))
                    .contains("\"judged\": \"yes\"");
            // A copy makes skopeo read and check every layer.
            Tool.run(
                    Map.of(),
                    "skopeo",
                    "copy",
                    "--insecure-policy",
                    format + ":" + archive,
                    "oci:" + work.resolve(format) + ":copy");
        }
    }

    @Test
    void buildah_takesItAsBase() throws Exception {
        Tool.need(Tool.installed("buildah"), "buildah");
        Path archive = work.resolve("image.tar");
        slipway.run("save", "--format", "oci-archive", "-o", archive.toString(), "judged");
        String[] storage = {
            "--root=" + work.resolve("bh"),
            "--runroot=" + work.resolve("bhrun"),
            "--storage-driver=vfs"
        };
        try {
            String name =
                    Tool.run(
                                    Map.of(),
                                    "buildah",
                                    storage[0],
                                    storage[1],
                                    storage[2],
                                    "from",
                                    "--signature-policy",
                                    policy().toString(),
                                    "oci-archive:" + archive)
                            .strip();
            String last = name.substring(name.lastIndexOf('\n') + 1);
            Path mounted =
                    Path.of(
                            Tool.run(
                                            Map.of(),
                                            "buildah",
                                            storage[0],
                                            storage[1],
                                            storage[2],
                                            "mount",
                                            last)
                                    .strip());
            assertThat(mounted.resolve("app/dir/sub/new")).hasContent("new\n");
            assertThat(mounted.resolve("etc/group")).doesNotExist();
        } finally {
            Tool.outcome(
                    Map.of(),
                    java.util.List.of(
                            "buildah", storage[0], storage[1], storage[2], "rm", "--all"));
            Tool.run(
                    Map.of(),
                    "rm",
                    "-rf",
                    work.resolve("bh").toString(),
                    work.resolve("bhrun").toString());
        }
    }

    @Test
    void dockerd_loadsAndRunsIt() throws Exception {
        Tool.need(DockerDaemon.available(), "root and dockerd (Debian: docker.io)");
        Path archive = work.resolve("image.tar");
        slipway.run("save", "-o", archive.toString(), "judged");
        try (DockerDaemon docker =
                DockerDaemon.start(Files.createDirectory(work.resolve("docker")))) {
            docker.mustDocker("load", "-i", archive.toString());
            assertThat(
                            docker.mustDocker(
                                    "inspect", "-f", "{{.Config.Labels.judged}} {{.Id}}", "judged"))
                    .startsWith("yes sha256:")
                    .contains(slipway.run("inspect", "--format", "{{.Id}}", "judged").strip());
            assertThat(docker.mustDocker("run", "--rm", "--network", "none", "judged"))
                    .contains("from the image");
        }
    }

    @Test
    void loads_whatSkopeoAndDockerdWrote() throws Exception {
        Tool.need(Tool.installed("skopeo"), "skopeo");
        Path ours = work.resolve("ours.tar");
        slipway.run("save", "-o", ours.toString(), "judged");
        Path theirs = work.resolve("theirs.tar");
        Tool.run(
                Map.of(),
                "skopeo",
                "copy",
                "--insecure-policy",
                "docker-archive:" + ours,
                "oci-archive:" + theirs + ":again:1");
        Slipway other = new Slipway(work.resolve("other"));
        other.run("load", "-i", theirs.toString());
        String id = other.run("images", "-q").strip();
        assertThat(id).isNotEmpty();
        other.run("tag", id, "again");
        assertThat(other.read("again", "app/dir/sub/new")).isEqualTo("new\n");
    }

    private Path policy() throws Exception {
        return Files.writeString(
                work.resolve("policy.json"),
                "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    }
}
