package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

class ImageConfigTest {
    /// As BuildKit 0.12 writes it.
    private static final String GOLDEN =
            """
            {"architecture":"arm64","author":"me","config":{"User":"app","ExposedPorts":{"53/udp":{},\
            "80/tcp":{}},"Env":["PATH=/bin","A=b"],"Entrypoint":["/app"],"Cmd":["-v"],"Volumes":\
            {"/data":{}},"WorkingDir":"/srv","Labels":{"a":"1","b":"2"},"StopSignal":"SIGTERM",\
            "ArgsEscaped":true,"Healthcheck":{"Test":["CMD-SHELL","a \\u0026\\u0026 b"],\
            "Interval":30000000000,"Timeout":1000000000,"StartPeriod":2000000000,\
            "StartInterval":3000000000,"Retries":4},"OnBuild":["RUN x"],"Shell":["/bin/bash","-c"]},\
            "created":"2026-01-02T03:04:05.06Z","history":[{"created":"2026-01-02T03:04:05Z",\
            "created_by":"COPY . /","comment":"buildkit.dockerfile.v0"},{"created_by":"ENV A=b",\
            "empty_layer":true}],"os":"linux","rootfs":{"type":"layers","diff_ids":\
            ["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},\
            "variant":"v9"}\
            """;

    @Test
    void toJson_isWhatBuildKitWrites() {
        var config =
                new ImageConfig(
                        Instant.parse("2026-01-02T03:04:05.06Z"),
                        "me",
                        new Platform("linux", "arm64", "v9", null),
                        RunConfig.builder()
                                .user("app")
                                .exposedPorts(new TreeSet<>(List.of("80/tcp", "53/udp")))
                                .env(List.of("PATH=/bin", "A=b"))
                                .entrypoint(List.of("/app"))
                                .cmd(List.of("-v"))
                                .volumes(new TreeSet<>(List.of("/data")))
                                .workingDir("/srv")
                                .labels(Map.of("b", "2", "a", "1"))
                                .stopSignal("SIGTERM")
                                .argsEscaped(true)
                                .healthcheck(
                                        new Healthcheck(
                                                List.of("CMD-SHELL", "a && b"),
                                                30_000_000_000L,
                                                1_000_000_000L,
                                                2_000_000_000L,
                                                3_000_000_000L,
                                                4))
                                .onBuild(List.of("RUN x"))
                                .shell(List.of("/bin/bash", "-c"))
                                .build(),
                        List.of(Digest.sha256(new byte[0])),
                        List.of(
                                new History(
                                        Instant.parse("2026-01-02T03:04:05Z"),
                                        "COPY . /",
                                        null,
                                        "buildkit.dockerfile.v0",
                                        false),
                                new History(null, "ENV A=b", null, null, true)));
        assertThat(new String(config.toJson(), UTF_8)).isEqualTo(GOLDEN);
    }

    @Test
    void parse_thenToJsonKeepsEveryByte() throws Exception {
        ImageConfig config = ImageConfig.parse(GOLDEN.getBytes(UTF_8));
        assertThat(new String(config.toJson(), UTF_8)).isEqualTo(GOLDEN);
        assertThat(ImageConfig.parse(config.toJson())).isEqualTo(config);
    }

    @Test
    void parse_dockersOwnFormWithNullsAndUnknownMembers() throws Exception {
        String docker =
                """
                {"architecture":"amd64","config":{"Hostname":"","Domainname":"","User":"",\
                "AttachStdin":false,"Env":null,"Cmd":["/bin/sh"],"Image":"sha256:x","Volumes":null,\
                "WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":null},"container":"abc",\
                "container_config":{"Cmd":["x"]},"created":"2022-11-22T22:19:28.870801855Z",\
                "docker_version":"20.10.21","history":[],"os":"linux",\
                "rootfs":{"type":"layers","diff_ids":[]}}\
                """;
        ImageConfig config = ImageConfig.parse(docker.getBytes(UTF_8));
        assertThat(config.config().cmd()).containsExactly("/bin/sh");
        assertThat(config.config().entrypoint()).isNull();
        assertThat(config.config().env()).isEmpty();
        assertThat(config.created()).isEqualTo("2022-11-22T22:19:28.870801855Z");
    }

    @Test
    void parse_hostileDiffIdIsRefused() {
        String hostile = "{\"rootfs\":{\"diff_ids\":[\"sha256:../../etc\"]}}";
        assertThatThrownBy(() -> ImageConfig.parse(hostile.getBytes(UTF_8)))
                .isInstanceOf(InvalidDigestException.class);
    }

    @Test
    void parse_tooLongIsRefused() {
        assertThatThrownBy(() -> ImageConfig.parse(new byte[ImageConfig.MAX_BYTES + 1]))
                .isInstanceOf(InvalidImageException.class);
    }

    @Test
    void manifest_golden() throws Exception {
        var config = Descriptor.of(MediaTypes.OCI_CONFIG, Digest.sha256(new byte[0]), 7);
        var layer = Descriptor.of(MediaTypes.OCI_LAYER, Digest.sha256(new byte[0]), 0);
        Manifest manifest =
                Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        config,
                        List.of(layer.withAnnotation("k", "v")),
                        Collections.emptySortedMap());
        String empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assertThat(new String(manifest.raw(), UTF_8))
                .isEqualTo(
                        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                                + "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\","
                                + "\"digest\":\""
                                + empty
                                + "\",\"size\":7},\"layers\":[{\"mediaType\":"
                                + "\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\""
                                + empty
                                + "\",\"size\":0,\"annotations\":{\"k\":\"v\"}}]}");
        assertThat(Manifest.parse(manifest.raw())).isEqualTo(manifest);
        assertThat(Manifest.parse(manifest.raw()).layers()).isEqualTo(manifest.layers());
    }

    @Test
    void manifest_schema1AndNonsenseAreRefused() {
        assertThatThrownBy(() -> Manifest.parse("{\"schemaVersion\":1}".getBytes(UTF_8)))
                .hasMessageContaining("schema 1");
        assertThatThrownBy(() -> Manifest.parse("{\"schemaVersion\":2}".getBytes(UTF_8)))
                .hasMessageContaining("without config");
        assertThatThrownBy(() -> Index.parse("{\"schemaVersion\":2}".getBytes(UTF_8)))
                .hasMessageContaining("without manifests");
        String negative =
                "{\"config\":{\"digest\":\"sha256:"
                        + "0".repeat(64)
                        + "\",\"size\":-5},\"layers\":[]}";
        assertThatThrownBy(() -> Manifest.parse(negative.getBytes(UTF_8)))
                .hasMessageContaining("size");
    }
}
