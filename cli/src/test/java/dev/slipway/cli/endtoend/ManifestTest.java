package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

/// Indexes put together in a registry, from images pushed by digest, and what is said of them.
class ManifestTest {
    @TempDir private static Path shared;
    private static LocalRegistry registry;
    private static int repositories;

    @TempDir private Path work;
    private Slipway slipway;
    private String app;

    @BeforeAll
    static void start() throws Exception {
        registry = LocalRegistry.start(shared.resolve("registry"));
    }

    @AfterAll
    static void stop() {
        if (registry != null) {
            registry.close();
        }
    }

    @BeforeEach
    void prepare() throws Exception {
        slipway = new Slipway(work.resolve("home"));
        app = registry.host() + "/app" + repositories++;
        Files.writeString(work.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
    }

    private void build(String... options) {
        String[] words = new String[options.length + 2];
        words[0] = "build";
        System.arraycopy(options, 0, words, 1, options.length);
        words[words.length - 1] = work.toString();
        slipway.run(words);
    }

    private String inspect(String name) {
        return slipway.run("manifest", "inspect", name);
    }

    /// The tags of the repository; "" if there is none.
    private String tags() {
        Tool.Outcome outcome = slipway.outcome("tags", "ls", app);
        return outcome.code() == 0 ? outcome.output() : "";
    }

    @Test
    void buildsPushedByDigest_haveNoTag_andAreJoinedByManifestCreate() throws Exception {
        String[] digests = new String[2];
        for (int i = 0; i < 2; i++) {
            Path metadata = work.resolve("metadata");
            build(
                    "--platform=linux/" + (i == 0 ? "amd64" : "arm64"),
                    "--output=type=image,name="
                            + app
                            + ",push-by-digest=true,name-canonical=true,push=true",
                    "--metadata-file=" + metadata);
            String text = Files.readString(metadata);
            int at = text.indexOf("sha256:", text.indexOf("\"containerimage.digest\""));
            digests[i] = text.substring(at, at + 71);
            assertThat(slipway.run("digest", app + "@" + digests[i]).strip()).isEqualTo(digests[i]);
        }
        assertThat(tags()).isEmpty();

        String created =
                slipway.run(
                        "manifest",
                        "create",
                        "--annotation",
                        "team=x",
                        "--annotation",
                        "manifest-descriptor[linux/arm64]:built=there",
                        app + ":1",
                        app + "@" + digests[0],
                        app + "@" + digests[1]);

        assertThat(created).contains(app + ":1@sha256:");
        assertThat(tags()).isEqualTo("1\n");
        assertThat(slipway.run("manifest", "inspect", "--summary", app + ":1"))
                .contains("linux/amd64", "linux/arm64");
        assertThat(inspect(app + ":1"))
                .containsOnlyOnce("\"built\": \"there\"")
                .containsOnlyOnce("\"team\": \"x\"");
        assertThat(created.strip()).endsWith(slipway.run("digest", app + ":1").strip());
    }

    @Test
    void pushByDigest_setsNoTag_andPrintsTheNameItHasThere() throws Exception {
        build("-t", "mine");
        Path file = work.resolve("digest");
        String name =
                slipway.run(
                                "push",
                                "-q",
                                "--by-digest",
                                "--digestfile",
                                file.toString(),
                                "mine",
                                app)
                        .strip();
        assertThat(name).isEqualTo(app + "@" + Files.readString(file));
        assertThat(tags()).isEmpty();
        assertThat(slipway.run("digest", name).strip()).isEqualTo(Files.readString(file));

        // In the store it is the image as it was built, with layers that are not compressed.
        String stored = slipway.run("images", "--digests", "--format", "{{.Digest}}").strip();
        slipway.run("tag", "mine", app + ":local");
        Tool.Outcome other = slipway.outcome("push", app + "@" + stored);
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.output())
                .contains("the image would be " + Files.readString(file))
                .contains("hint: Push it with --by-digest");
        slipway.run("pull", "-q", name);
        assertThat(slipway.run("push", name)).contains(name);
        assertThat(tags()).isEmpty();
        assertThat(slipway.outcome("push", "-a", "--by-digest", app).code()).isEqualTo(2);
    }

    @Test
    void annotate_changesThePlatformOfOneEntry_andNothingElse() throws Exception {
        build("--platform=linux/amd64", "--push", "-t", app + ":a");
        build("--platform=linux/arm64", "--push", "-t", app + ":b");
        slipway.run("manifest", "create", app + ":1", app + ":a", app + ":b");
        String before = inspect(app + ":1");

        String annotated =
                slipway.run(
                        "manifest",
                        "annotate",
                        "--os",
                        "linux",
                        "--arch",
                        "arm",
                        "--variant",
                        "v7",
                        "--os-version",
                        "10.0",
                        "--os-features",
                        "win32k,other",
                        app + ":1",
                        app + ":b");

        String after = inspect(app + ":1");
        assertThat(annotated.strip())
                .isEqualTo(app + ":1@" + slipway.run("digest", app + ":1").strip());
        assertThat(after)
                .contains(
                        "\"architecture\": \"arm\"",
                        "\"variant\": \"v7\"",
                        "\"os.version\": \"10.0\"")
                .containsPattern("\"os.features\": \\[\\s+\"win32k\",\\s+\"other\"")
                .contains("\"architecture\": \"amd64\"");
        assertThat(after.lines().filter(line -> line.contains("digest")))
                .isEqualTo(before.lines().filter(line -> line.contains("digest")).toList());
        slipway.run("manifest", "annotate", "--annotation", "a=b", app + ":1", app + ":b");
        assertThat(inspect(app + ":1")).contains("\"os.features\"", "\"a\": \"b\"");
        assertThat(slipway.run("manifest", "push", "--purge", app + ":1").strip())
                .isEqualTo(slipway.run("digest", app + ":1").strip());
        assertThat(slipway.run("pull", "--platform=linux/arm/v7", app + ":1"))
                .contains("Downloaded newer image");
    }

    @Test
    void annotate_addsAnnotations_andKeepsWhatIsThere() throws Exception {
        build("--platform=linux/amd64", "--push", "-t", app + ":a");
        slipway.run("manifest", "create", "--annotation", "a=1", app + ":1", app + ":a");
        slipway.run("manifest", "annotate", "--annotation", "b=2", app + ":1");
        slipway.run("manifest", "annotate", "--annotation", "c=3", app + ":1", app + ":a");
        slipway.run("manifest", "annotate", "--os-version", "1", app + ":1", app + ":a");
        String all = inspect(app + ":1");
        assertThat(all)
                .containsPattern("\"annotations\": \\{\\s+\"c\": \"3\"")
                .containsPattern("\"annotations\": \\{\\s+\"a\": \"1\",\\s+\"b\": \"2\"");
        assertThat(slipway.run("manifest", "annotate", "--annotation", "b=2", app + ":1"))
                .contains(slipway.run("digest", app + ":1").strip());
        assertThat(inspect(app + ":1")).isEqualTo(all);
        build("--platform=linux/arm64", "--push", "-t", app + ":b");
        slipway.run("manifest", "create", "--amend", app + ":1", app + ":b", app + ":a");
        assertThat(slipway.run("manifest", "inspect", "--summary", app + ":1"))
                .containsOnlyOnce("linux/amd64")
                .containsOnlyOnce("linux/arm64");
    }

    @Test
    void annotate_ofWhatCannotBe_saysWhy() throws Exception {
        build("--platform=linux/amd64", "--push", "-t", app + ":a");
        build("--platform=linux/arm64", "--push", "-t", app + ":b");
        slipway.run("manifest", "create", app + ":1", app + ":a");
        String digest = slipway.run("digest", app + ":1").strip();
        String[][] wrong = {
            {"1", app + ":a is one image, and no index", "--arch", "arm", app + ":a", app + ":a"},
            {
                "1",
                "the index has no manifest of " + app + ":b",
                "--arch",
                "arm",
                app + ":1",
                app + ":b"
            },
            {"1", "there is no image " + app + ":none", "--arch", "arm", app + ":none", app + ":a"},
            {"1", "what a digest stands for", "--arch", "arm", app + "@" + digest, app + ":a"},
            {
                "1",
                "no image for linux/s390x",
                "--annotation",
                "manifest-descriptor[linux/s390x]:a=b",
                app + ":1"
            },
            {"2", "nothing is to be changed", app + ":1"},
            {"2", "a platform is that of a MANIFEST", "--arch", "arm", app + ":1"},
            {
                "2",
                "would change what is in the registry",
                "--annotation",
                "manifest:a=b",
                app + ":1"
            },
        };
        for (String[] each : wrong) {
            String[] words = new String[each.length];
            words[0] = "manifest";
            words[1] = "annotate";
            System.arraycopy(each, 2, words, 2, each.length - 2);
            Tool.Outcome outcome = slipway.outcome(words);
            assertThat(outcome.output()).contains(each[1]);
            assertThat(outcome.code()).as(each[1]).isEqualTo(Integer.parseInt(each[0]));
        }
        assertThat(slipway.run("digest", app + ":1").strip()).isEqualTo(digest);
    }
}
