package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Json;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Indexes, compressed layers, annotations and attestations that we write, as other people's tools
/// read them. Nothing here runs a command, so nothing needs root but the judges.
class OutputsJudgesTest {
    private static final String DOCKERFILE =
            """
            FROM scratch AS base
            ARG TARGETARCH
            COPY a.txt /$TARGETARCH
            FROM base
            COPY big.txt /big
            LABEL judged=yes
            """;

    @TempDir Path work;
    private Slipway slipway;
    private Path context;

    @BeforeEach
    void files() throws Exception {
        slipway = new Slipway(work.resolve("home"));
        context = Files.createDirectory(work.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
        Files.writeString(context.resolve("a.txt"), "a\n");
        Files.writeString(context.resolve("big.txt"), "all work and no play\n".repeat(5000));
    }

    private String build(String... flags) {
        String[] line = new String[flags.length + 2];
        line[0] = "build";
        System.arraycopy(flags, 0, line, 1, flags.length);
        line[line.length - 1] = context.toString();
        return slipway.run(line);
    }

    private static Json.Obj json(String text) throws Exception {
        return Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String skopeo(String... arguments) throws Exception {
        Tool.need(Tool.installed("skopeo"), "skopeo");
        String[] line = new String[arguments.length + 1];
        line[0] = "skopeo";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        return Tool.run(Map.of(), line);
    }

    @Test
    void skopeo_readsAnIndexWithItsAnnotationsAndCopiesAllOfIt() throws Exception {
        Path layout = work.resolve("layout");
        build(
                "--platform=linux/amd64,linux/arm64",
                "--annotation=index,manifest:org.opencontainers.image.title=judged",
                "--annotation=manifest-descriptor[linux/arm64]:only=arm",
                "-o",
                "type=oci,tar=false,dest=" + layout + ",name=app:1,compression=gzip");
        Json.Obj index = json(skopeo("inspect", "--raw", "oci:" + layout + ":1"));
        assertThat(index.textMap("annotations"))
                .containsEntry("org.opencontainers.image.title", "judged");
        List<Json.Obj> manifests = index.objects("manifests");
        assertThat(manifests).hasSize(2);
        assertThat(manifests.get(1).textMap("annotations")).containsEntry("only", "arm");
        skopeo(
                "copy",
                "--all",
                "--insecure-policy",
                "oci:" + layout + ":1",
                "dir:" + work.resolve("copy"));
        for (String architecture : new String[] {"amd64", "arm64"}) {
            assertThat(
                            skopeo(
                                    "--override-arch",
                                    architecture,
                                    "inspect",
                                    "--config",
                                    "oci:" + layout + ":1"))
                    .contains("\"architecture\": \"" + architecture + "\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "compression=zstd, application/vnd.oci.image.layer.v1.tar+zstd",
        "'compression=zstd,compression-level=9', application/vnd.oci.image.layer.v1.tar+zstd",
        "'compression=gzip,compression-level=0', application/vnd.oci.image.layer.v1.tar+gzip",
        "compression=uncompressed, application/vnd.oci.image.layer.v1.tar"
    })
    void skopeo_readsEveryCompression(String fields, String mediaType) throws Exception {
        Path archive = work.resolve("image.tar");
        build("-o", "type=oci,name=app:1,dest=" + archive + "," + fields);
        String name = "oci-archive:" + archive + ":1";
        Json.Obj manifest = json(skopeo("inspect", "--raw", name));
        assertThat(manifest.objects("layers"))
                .hasSize(2)
                .allSatisfy(layer -> assertThat(layer.text("mediaType")).isEqualTo(mediaType));
        // A copy that changes the compression makes skopeo read and check every layer.
        skopeo(
                "copy",
                "--insecure-policy",
                "--dest-compress-format=gzip",
                "--dest-compress",
                name,
                "dir:" + work.resolve("copy"));
        Slipway other = new Slipway(work.resolve("other"));
        other.run("load", "-i", archive.toString());
        assertThat(other.read("app:1", "big")).startsWith("all work and no play\n");
    }

    @Test
    void skopeo_choosesTheImageOfAnIndexWithAttestations_andUmociUnpacksIt() throws Exception {
        Tool.needRoot();
        Tool.need(Tool.installed("umoci"), "umoci");
        Path layout = work.resolve("layout");
        build(
                "--provenance=mode=max",
                "-o",
                "type=oci-dir,name=app:1,dest=" + layout + ",compression=gzip");
        Json.Obj index = json(skopeo("inspect", "--raw", "oci:" + layout + ":1"));
        assertThat(index.objects("manifests")).hasSize(2);
        Json.Obj manifest = blob(layout, index.objects("manifests").get(1));
        assertThat(manifest.objects("layers").getFirst().textMap("annotations"))
                .containsEntry("in-toto.io/predicate-type", "https://slsa.dev/provenance/v1");
        // umoci takes no index of several, which is why attestations are made on request only.
        skopeo(
                "copy",
                "--insecure-policy",
                "oci:" + layout + ":1",
                "oci:" + work.resolve("chosen") + ":1");
        Tool.run(
                Map.of(),
                "umoci",
                "unpack",
                "--image",
                work.resolve("chosen") + ":1",
                work.resolve("bundle").toString());
        assertThat(work.resolve("bundle/rootfs/big")).isRegularFile();
    }

    @Test
    void buildah_seesTheManifestsOfAnIndex() throws Exception {
        Tool.needRoot();
        Tool.need(Tool.installed("buildah"), "buildah");
        Path layout = work.resolve("layout");
        build("--platform=linux/amd64,linux/arm64", "-o", "type=oci-dir,name=app:1,dest=" + layout);
        String[] storage = {
            "--root=" + work.resolve("bh"),
            "--runroot=" + work.resolve("bhrun"),
            "--storage-driver=vfs"
        };
        try {
            buildah(storage, "create", "list");
            buildah(storage, "add", "--all", "list", "oci:" + layout + ":1");
            assertThat(buildah(storage, "inspect", "list")).contains("\"arm64\"", "\"amd64\"");
        } finally {
            Tool.run(
                    Map.of(),
                    "rm",
                    "-rf",
                    work.resolve("bh").toString(),
                    work.resolve("bhrun").toString());
        }
    }

    private static String buildah(String[] storage, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("buildah"));
        line.addAll(List.of(storage));
        line.add("manifest");
        line.addAll(List.of(arguments));
        return Tool.run(Map.of(), line.toArray(String[]::new));
    }

    @Test
    void dockerTypes_areUsedThroughout() throws Exception {
        Path layout = work.resolve("layout");
        build(
                "--platform=linux/amd64,linux/arm64",
                "-o",
                "type=oci-dir,compression=gzip,oci-mediatypes=false,name=app:1,dest=" + layout);
        Json.Obj root = json(Files.readString(layout.resolve("index.json")));
        Json.Obj entry = root.objects("manifests").getFirst();
        assertThat(entry.text("mediaType"))
                .isEqualTo("application/vnd.docker.distribution.manifest.list.v2+json");
        Json.Obj list = blob(layout, entry);
        Json.Obj manifest = blob(layout, list.objects("manifests").getFirst());
        assertThat(manifest.text("mediaType"))
                .isEqualTo("application/vnd.docker.distribution.manifest.v2+json");
        assertThat(manifest.objects("layers"))
                .allSatisfy(layer ->
                        assertThat(layer.text("mediaType"))
                                .isEqualTo("application/vnd.docker.image.rootfs.diff.tar.gzip"));
        Slipway other = new Slipway(work.resolve("other"));
        other.run("load", "-i", layout.toString());
        assertThat(other.read("app:1", "big")).startsWith("all work and no play\n");
    }

    private static Json.Obj blob(Path layout, Json.Obj descriptor) throws Exception {
        String digest = String.valueOf(descriptor.text("digest"));
        return json(Files.readString(layout.resolve("blobs/" + digest.replace(':', '/'))));
    }

    @Test
    void dockerd_loadsASquashedGzippedArchive() throws Exception {
        Tool.need(DockerDaemon.available(), "root and dockerd (Debian: docker.io)");
        Path archive = work.resolve("image.tar");
        build(
                "--squash",
                "-t",
                "squashed",
                "-o",
                "type=docker,dest=" + archive + ",compression=gzip",
                "-o",
                "type=image");
        try (DockerDaemon docker =
                DockerDaemon.start(Files.createDirectory(work.resolve("docker")))) {
            docker.mustDocker("load", "-i", archive.toString());
            assertThat(
                            docker.mustDocker(
                                    "inspect", "-f", "{{len .RootFS.Layers}} {{.Id}}", "squashed"))
                    .startsWith("1 sha256:")
                    .contains(slipway.run("inspect", "--format", "{{.Id}}", "squashed").strip());
        }
    }

    @Test
    void archives_ofOneBuild_areTheSameBytesAgain() throws Exception {
        Map<String, String> environment = Map.of("SOURCE_DATE_EPOCH", "86400");
        for (String home : new String[] {"one", "two"}) {
            slipway = new Slipway(work.resolve(home), environment);
            build(
                    "--platform=linux/amd64,linux/arm64",
                    "--annotation=index:a=b",
                    "-o",
                    "type=oci,compression=zstd,dest=" + work.resolve(home + ".oci"),
                    "-o",
                    "type=tar,dest=" + work.resolve(home + ".tar"));
        }
        assertThat(work.resolve("one.oci")).hasSameBinaryContentAs(work.resolve("two.oci"));
        assertThat(work.resolve("one.tar")).hasSameBinaryContentAs(work.resolve("two.tar"));
    }

    @Test
    void base_compressedByAnother_staysUnlessForced() throws Exception {
        Path base = work.resolve("base.tar");
        build("-o", "type=oci,compression=zstd,name=base:1,dest=" + base);
        Slipway other = new Slipway(work.resolve("other"));
        other.run("load", "-i", base.toString());
        Files.writeString(context.resolve("Dockerfile"), "FROM base:1\nCOPY a.txt /new\n");
        for (boolean forced : new boolean[] {false, true}) {
            Path archive = work.resolve("image-" + forced + ".tar");
            other.run(
                    "build",
                    "-o",
                    "type=oci,compression=gzip,name=app:1,force-compression="
                            + forced
                            + ",dest="
                            + archive,
                    context.toString());
            Json.Obj manifest = json(skopeo("inspect", "--raw", "oci-archive:" + archive + ":1"));
            String kept = forced ? "gzip" : "zstd";
            assertThat(manifest.objects("layers"))
                    .extracting(l -> String.valueOf(l.text("mediaType")).replaceAll(".*\\+", ""))
                    .containsExactly(kept, kept, "gzip");
        }
    }

    @Test
    void index_inTheStore_isListedTaggedSavedLoadedRemovedAndCollected() throws Exception {
        build("--platform=linux/amd64,linux/arm64", "--provenance=mode=min", "-t", "multi:1");
        slipway.run("tag", "multi:1", "again:2");
        assertThat(slipway.run("images")).contains("multi", "again");
        assertThat(slipway.run("inspect", "-f", "{{.Descriptor.mediaType}}", "multi:1"))
                .contains("image.index");
        assertThat(
                        slipway.run(
                                "inspect",
                                "--platform",
                                "linux/arm64",
                                "-f",
                                "{{.Architecture}}",
                                "multi:1"))
                .isEqualTo("arm64\n");
        slipway.run("image", "prune", "-f");
        Path archive = work.resolve("multi.tar");
        slipway.run("save", "--format", "oci-archive", "-o", archive.toString(), "again:2");
        Slipway other = new Slipway(work.resolve("other"));
        other.run("load", "-i", archive.toString());
        assertThat(other.run("inspect", "-f", "{{.Descriptor.digest}}", "again:2"))
                .isEqualTo(slipway.run("inspect", "-f", "{{.Descriptor.digest}}", "multi:1"));
        Path one = work.resolve("arm.tar");
        other.run("save", "--platform", "linux/arm64", "-o", one.toString(), "again:2");
        assertThat(skopeo("inspect", "--config", "docker-archive:" + one))
                .contains("\"architecture\": \"arm64\"");
        other.run("rmi", "again:2");
        other.run("system", "prune", "-a", "-f");
        assertThat(other.listing("blobs/sha256")).isEmpty();
        assertThat(other.listing("layers")).isEmpty();
    }

    @Test
    void local_deleteMode_leavesOnlyTheResult() throws Exception {
        Path out = Files.createDirectory(work.resolve("out"));
        Files.writeString(out.resolve("old"), "x");
        Files.createDirectories(out.resolve("dir/deep"));
        build(
                "--allow=buildx.local.delete",
                "--platform=linux/arm64",
                "-o",
                "type=local,mode=delete,dest=" + out);
        try (var files = Files.list(out)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("arm64", "big");
        }
        Tool.Outcome refused =
                slipway.outcome(
                        "build",
                        "--allow=buildx.local.delete",
                        "-o",
                        "type=local,mode=delete,dest=" + work,
                        context.toString());
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.output()).contains("mode=delete would empty");
        assertThat(context.resolve("Dockerfile")).exists();
    }
}
