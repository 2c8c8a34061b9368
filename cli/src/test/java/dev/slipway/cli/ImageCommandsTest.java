package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.History;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.RunConfig;
import dev.slipway.image.Store;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class ImageCommandsTest {
    @TempDir Path home;
    private String oldId = "";
    private String newId = "";

    @BeforeEach
    void fill() throws Exception {
        Instant now = Instant.now();
        try (Store store = Store.open(home)) {
            oldId =
                    image(
                            store,
                            "example.org/team/app:1.0",
                            now.minus(Duration.ofDays(3)),
                            Map.of("tier", "web"));
            newId = image(store, "tool", now.minus(Duration.ofHours(5)), Map.of());
        }
    }

    private static String image(
            Store store, String name, Instant created, Map<String, String> labels)
            throws Exception {
        RunConfig run =
                RunConfig.builder()
                        .env(List.of("PATH=/bin"))
                        .cmd(List.of("sh"))
                        .labels(labels)
                        .build();
        List<History> history =
                List.of(
                        new History(created, "ENV PATH=/bin", null, "buildkit.dockerfile.v0", true),
                        new History(created, "CMD [\"sh\"] # " + "x".repeat(60), null, null, true));
        ImageConfig config =
                new ImageConfig(
                        created, null, Platform.of("linux", "amd64"), run, List.of(), history);
        Digest id = store.blobs().put(config.toJson());
        Manifest manifest =
                Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        Descriptor.of(MediaTypes.OCI_CONFIG, id, config.toJson().length),
                        List.of(),
                        new TreeMap<>());
        store.blobs().put(manifest.raw());
        store.images().tag(Reference.parse(name), manifest.descriptor());
        return id.hex();
    }

    private Invocation slipway(String... args) {
        return Invocation.with(Map.of("SLIPWAY_HOME", home.toString()), "", args);
    }

    @Test
    void images_tableAsDockers() {
        assertThat(slipway("images").out())
                .isEqualTo(
                        """
                        REPOSITORY             TAG       IMAGE ID       CREATED       SIZE
                        tool                   latest    %s   5 hours ago   0B
                        example.org/team/app   1.0       %s   3 days ago    0B
                        """
                                .formatted(newId.substring(0, 12), oldId.substring(0, 12)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--format {{.Repository}}:{{.Tag}} | tool:latest example.org/team/app:1.0",
                "--filter label=tier=web --format {{.Tag}} | 1.0",
                "--filter label=tier=db --format {{.Tag}} | ''",
                "--filter before=tool --format {{.Tag}} | 1.0",
                "--filter since=example.org/team/app:1.0 --format {{.Tag}} | latest",
                "--filter until=24h --format {{.Tag}} | 1.0",
                "--filter dangling=true --format {{.Tag}} | ''",
                "--filter reference=example.org/*/app --format {{.Tag}} | 1.0",
                "example.org/team/app --format {{.Tag}} | 1.0",
                "too* --format {{.Tag}} | latest",
                "--format {{json.Tag}} | ''",
            })
    void images_filtersAndTemplates(String words, String expected) {
        Invocation run = slipway(("images " + words).split(" "));
        assertThat(run.out().strip().replace('\n', ' ')).isEqualTo(expected);
    }

    @Test
    void images_jsonIsOneObjectALine() {
        assertThat(slipway("images", "--format", "json").out().lines())
                .hasSize(2)
                .allSatisfy(
                        line -> assertThat(line).startsWith("{\"Repository\":\"").endsWith("}"));
    }

    @Test
    void images_quietShowsEachIdOnce() {
        assertThat(slipway("tag", "tool", "tool:other").code()).isZero();
        assertThat(slipway("images", "-q", "--no-trunc").out())
                .isEqualTo("sha256:" + newId + "\nsha256:" + oldId + "\n");
    }

    @Test
    void history_shortensUnlessAsked() {
        Invocation run = slipway("history", "tool");
        assertThat(run.out().lines().toList().get(1))
                .startsWith(newId.substring(0, 12) + "   5 hours ago   CMD [\"sh\"] # xxx")
                .contains("…");
        assertThat(run.out().lines().toList().get(2))
                .startsWith("<missing>")
                .endsWith("buildkit.dockerfile.v0");
        assertThat(slipway("history", "--no-trunc", "tool").out()).contains("x".repeat(60));
    }

    @Test
    void inspect_byNameOrStartOfId() {
        Invocation run =
                slipway(
                        "inspect",
                        "-f",
                        "{{.Id}} {{json .Config.Cmd}} {{.Config.Env}}",
                        newId.substring(0, 9));
        assertThat(run.out()).isEqualTo("sha256:" + newId + " [\"sh\"] [PATH=/bin]\n");
        assertThat(
                        slipway(
                                        "inspect",
                                        "-f",
                                        "{{index .Config.Labels \"tier\"}}",
                                        "example.org/team/app:1.0")
                                .out())
                .isEqualTo("web\n");
        assertThat(slipway("inspect", "tool").out())
                .startsWith("[\n    {\n        \"Id\": \"sha256:" + newId);
    }

    @Test
    void inspect_missingImage_othersAreShown() {
        Invocation run = slipway("inspect", "-f", "{{.Id}}", "tol", "tool");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEqualTo("sha256:" + newId + "\n");
        assertThat(run.err()).contains("No such image", "hint: Did you mean tool?");
    }

    @Test
    void rmi_nameThenImage() {
        assertThat(slipway("tag", "tool", "tool:2").code()).isZero();
        assertThat(slipway("rmi", "tool:2").out()).isEqualTo("Untagged: tool:2\n");
        assertThat(slipway("rmi", "tool").out())
                .startsWith("Untagged: tool:latest\nDeleted: sha256:" + newId + "\n");
        Invocation again = slipway("rmi", "tool");
        assertThat(again.code()).isEqualTo(1);
        assertThat(slipway("rmi", "-f", "tool").code()).isZero();
    }

    @Test
    void tag_badName_pointsAtIt() {
        Invocation run = slipway("tag", "tool", "Bad Name");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith("error: ").doesNotContain("Exception");
    }
}
