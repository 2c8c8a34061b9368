package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `slipway lock` and `build --locked` against Debian's docker-registry.
class LockTest {
    @TempDir private static Path shared;
    private static LocalRegistry registry;
    private static Slipway maker;
    private static int images;

    @TempDir private Path work;
    private Path context;
    private Path lock;
    private Slipway slipway;
    private String base;

    @BeforeAll
    static void start() throws Exception {
        registry = LocalRegistry.start(shared.resolve("registry"));
        maker = new Slipway(shared.resolve("maker"));
    }

    @AfterAll
    static void stop() {
        if (registry != null) {
            registry.close();
        }
    }

    /// A repository for each test, so that none moves the tags of another.
    @BeforeEach
    void prepare() throws Exception {
        context = Files.createDirectories(work.resolve("context"));
        lock = context.resolve("Dockerfile.lock");
        slipway = new Slipway(work.resolve("home"));
        base = registry.host() + "/base" + images++;
        push(base + ":1", "first");
    }

    /// Puts an image into the registry that differs from others by its label.
    private String push(String name, String label) throws Exception {
        Path scratch = Files.createDirectories(work.resolve("scratch"));
        Files.writeString(scratch.resolve("file"), label);
        Files.writeString(
                scratch.resolve("Dockerfile"),
                "FROM scratch\nCOPY file /\nLABEL which=" + label + "\n");
        maker.run("build", "-q", "--push", "-t", name, scratch.toString());
        return maker.run("digest", name).strip();
    }

    private void dockerfile(String text) throws Exception {
        Files.writeString(context.resolve("Dockerfile"), text.replace("BASE", base));
    }

    private String lock(String... options) {
        return slipway.run(words("lock", options));
    }

    private Tool.Outcome build(String... options) {
        return slipway.outcome(words("build", options));
    }

    private String[] words(String command, String... options) {
        String[] words = new String[options.length + 2];
        words[0] = command;
        System.arraycopy(options, 0, words, 1, options.length);
        words[words.length - 1] = context.toString();
        return words;
    }

    private String label(String image) {
        return slipway.run("inspect", "-f", "{{index .Config.Labels \"which\"}}", image).strip();
    }

    @Test
    void lock_hasEveryImageThatAStageNames_andNoLayerIsPulled() throws Exception {
        String second = push(base + ":2", "second");
        String tool = push(base + "/tool:1", "tool");
        dockerfile(
                """
                # syntax=docker/dockerfile:1
                ARG VERSION=1
                FROM BASE:${VERSION} AS one
                FROM one AS two
                RUN --mount=type=bind,from=BASE:2,target=/mnt true
                FROM scratch
                COPY --from=BASE/tool:1 /file /tool
                COPY --from=one /file /one
                """);

        String list = lock();

        assertThat(list)
                .containsPattern(base + "/tool:1 +[0-9a-f]{12} +added +" + registry.host())
                .containsPattern(base + ":1 .* Dockerfile:3")
                .containsPattern(base + ":2 .* Dockerfile:5")
                .contains("Wrote " + lock + ": 3 images");
        String text = Files.readString(lock);
        assertThat(text)
                .startsWith("{\n  \"version\": 1,\n  \"images\": [\n    {\n      \"reference\": \"")
                .contains("\"digest\": \"" + second + "\"", "\"digest\": \"" + tool + "\"")
                .contains("\"linux/amd64\"", "\"source\": \"" + registry.host() + "\"")
                .doesNotContain("docker/dockerfile");
        assertThat(text.lines().filter(line -> line.contains("\"reference\"")))
                .isSorted()
                .hasSize(3);
        assertThat(slipway.listing("layers")).isEmpty();
        assertThat(slipway.run("images", "-q")).isEmpty();
    }

    @Test
    void lock_again_changesNothing_untilUpdated() throws Exception {
        dockerfile("FROM BASE:1\n");
        lock();
        byte[] first = Files.readAllBytes(lock);
        String moved = push(base + ":1", "moved");

        assertThat(lock()).contains("unchanged", "Nothing changed in " + lock);
        assertThat(lock).hasBinaryContent(first);
        assertThat(lock("--check")).contains(lock + " fits: 1 image");
        assertThat(lock("--update=" + base + ":1")).contains(" updated ");
        assertThat(lock).content().contains(moved);
        byte[] updated = Files.readAllBytes(lock);
        assertThat(lock("--update")).contains(" unchanged ");
        assertThat(lock).hasBinaryContent(updated);
        Tool.Outcome unknown = slipway.outcome(words("lock", "--update=no/such"));
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.output())
                .contains("names no image no/such", "hint: It names " + base + ":1");
    }

    @Test
    void lockedBuild_takesWhatWasLocked_whereverTheTagMoved() throws Exception {
        String first = slipway.run("digest", base + ":1").strip();
        dockerfile("FROM BASE:1\nCOPY Dockerfile /\n");
        lock();
        push(base + ":1", "moved");

        String metadata = work.resolve("metadata.json").toString();
        assertThat(build("--locked", "--metadata-file", metadata, "-t", "a").code()).isZero();
        assertThat(label("a")).isEqualTo("first");
        assertThat(build("-t", "b").code()).isZero();
        assertThat(label("b")).isEqualTo("moved");
        assertThat(build("--locked", "--pull=always", "-t", "c").code()).isZero();
        assertThat(label("c")).isEqualTo("first");
        assertThat(Files.readString(Path.of(metadata)))
                .contains(first.substring("sha256:".length()))
                .contains("pkg:docker/" + base + "@1?platform=");
        String plan = slipway.run(words("build", "--locked", "--plan", "--format=json"));
        assertThat(plan).contains("\"image\":\"" + base + ":1\"", "\"digest\":\"" + first + "\"");
    }

    @Test
    void lockedBuild_refusesWhatTheLockDoesNotHave() throws Exception {
        push(base + ":2", "second");
        dockerfile("FROM scratch\nCOPY Dockerfile /\nFROM BASE:1\nCOPY --from=0 /Dockerfile /\n");
        Tool.Outcome none = build("--locked");
        assertThat(none.code()).isEqualTo(3);
        assertThat(none.output())
                .contains("error: there is no lock " + lock)
                .contains("Dockerfile:3", "hint: Write it with slipway lock");
        Tool.Outcome unchecked = slipway.outcome(words("lock", "--check"));
        assertThat(unchecked.code()).isEqualTo(3);
        assertThat(unchecked.output()).contains("error: there is no lock " + lock);

        lock();
        dockerfile("FROM scratch\nCOPY Dockerfile /\nFROM BASE:2\nCOPY --from=0 /Dockerfile /\n");
        Tool.Outcome other = build("--locked");
        assertThat(other.code()).isEqualTo(3);
        assertThat(other.output())
                .contains(
                        "error: " + base + ":2 is not in Dockerfile.lock, which has " + base + ":1")
                .contains("--> Dockerfile:3", "3 | FROM " + base + ":2", "slipway lock");
        assertThat(build("-t", "a").code()).as("without --locked").isZero();
        Tool.Outcome check = slipway.outcome(words("lock", "--check"));
        assertThat(check.code()).isEqualTo(3);
        assertThat(check.output())
                .contains("+ " + base + ":2 is not locked: Dockerfile:3")
                .contains("- " + base + ":1 is not used any more");
        assertThat(lock()).contains(" added ", " removed ");
        assertThat(build("--locked").code()).isZero();
    }

    @Test
    void digestInTheDockerfile_mustBeTheLocks() throws Exception {
        String first = slipway.run("digest", base + ":1").strip();
        String second = push(base + ":2", "second");
        dockerfile("FROM BASE:1@" + first + "\n");
        lock();
        assertThat(build("--locked").code()).isZero();
        dockerfile("FROM BASE:1@" + second + "\n");
        Tool.Outcome other = build("--locked");
        assertThat(other.code()).isEqualTo(3);
        assertThat(other.output())
                .contains(":1@" + second + " is not in Dockerfile.lock, which has ")
                .contains(":1@" + first)
                .contains("Dockerfile:1");
    }

    @Test
    void imageThatOnlyTheStoreHas_isLockedFromThere_andOnlyBuiltThere() throws Exception {
        slipway.run("pull", "-q", base + ":1");
        slipway.run("tag", base + ":1", base + "/mine:1");
        dockerfile("FROM BASE/mine:1\nCOPY Dockerfile /\n");
        assertThat(lock()).containsPattern("/mine:1 +[0-9a-f]{12} +added +store ");
        assertThat(build("--locked", "-t", "a").code()).isZero();
        Slipway other = new Slipway(work.resolve("other"));
        Tool.Outcome there = other.outcome(words("build", "--locked"));
        assertThat(there.code()).isEqualTo(1);
        assertThat(there.output())
                .contains("there is no " + base + "/mine:1@sha256:")
                .contains("which Dockerfile.lock asks for", "Dockerfile:1")
                .contains("slipway lock --update=" + base + "/mine:1");
    }

    @Test
    void target_isLockedAlone_andLeavesOtherEntries() throws Exception {
        push(base + ":2", "second");
        dockerfile("FROM BASE:1 AS one\nFROM BASE:2 AS two\n");
        assertThat(lock("--target", "one")).contains("1 image").doesNotContain(base + ":2");
        Tool.Outcome two = build("--locked", "--target", "two");
        assertThat(two.code()).isEqualTo(3);
        assertThat(lock("--target", "two")).contains("2 images");
        assertThat(build("--locked", "--target", "two").code()).isZero();
        dockerfile("FROM BASE:1 AS one\n");
        assertThat(lock("--keep-unused")).contains("Nothing changed");
        assertThat(lock()).containsPattern(base + ":2 +- +removed");
    }

    @Test
    void lockThatIsDamaged_isNotRead() throws Exception {
        dockerfile("FROM BASE:1\n");
        for (String text : new String[] {"", "{}", "[", "{\"version\":1,\"images\":[{}]}"}) {
            Files.writeString(lock, text);
            for (String command : new String[] {"lock", "build"}) {
                Tool.Outcome outcome =
                        command.equals("lock") ? slipway.outcome(words("lock")) : build("--locked");
                assertThat(outcome.code()).as(text).isEqualTo(1);
                assertThat(outcome.output())
                        .contains("the lock " + lock + " cannot be read: ")
                        .contains("hint: Take it from version control again");
            }
        }
    }

    @Test
    void registryThatDeniesOrIsNotThere_isNamed() throws Exception {
        try (LocalRegistry closed = LocalRegistry.withPassword(work.resolve("closed"))) {
            dockerfile("FROM BASE:1\nFROM " + closed.host() + "/private:1\n");
            Tool.Outcome denied = slipway.outcome(words("lock"));
            assertThat(denied.code()).isEqualTo(1);
            assertThat(denied.output()).contains("Dockerfile:2", "slipway login " + closed.host());
            assertThat(lock).doesNotExist();
        }
        dockerfile("FROM localhost:1/base\n");
        assertThat(slipway.outcome(words("lock")).output())
                .contains("localhost:1 refuses the connection", "Dockerfile:1");
        slipway.run("pull", "-q", base + ":1");
        slipway.run("tag", base + ":1", "localhost:1/base");
        assertThat(slipway.outcome(words("lock")).output()).contains("--pull=never");
        assertThat(lock("--pull=never")).contains("localhost:1/base:latest", " store ");
    }

    @Test
    void debug_ofALockedBuild_findsItsBase() throws Exception {
        Tool.needRoot();
        Tool.need(Tool.installed("busybox"), "busybox (Debian: busybox-static)");
        maker.importBusybox(work.resolve("busybox"));
        maker.run("push", "base", base + ":run");
        dockerfile("FROM BASE:run\nRUN exit 7\n");
        lock();
        assertThat(build("--locked").output()).contains("exit code: 7");
        assertThat(slipway.run("debug", "^0", "--", "busybox", "echo", "within"))
                .endsWith("within\n");
    }

    @Test
    void outdated_showsMovedTags_andNewerOnesOfTheSeries() throws Exception {
        String first = push(base + ":1.2.3-slim", "first");
        for (String tag : new String[] {"1.2.10-slim", "1.4.0-slim", "2.0.0-rc1-slim", "1.9.0"}) {
            push(base + ":" + tag, tag);
        }
        dockerfile("FROM BASE:1.2.3-slim\nCOPY --from=BASE:1 /file /\n");
        lock();
        assertThat(slipway.outcome(words("outdated", "--exit-code")))
                .satisfies(each -> assertThat(each.code()).isEqualTo(3))
                .satisfies(each -> assertThat(each.output()).contains("the same"));
        String moved = push(base + ":1.2.3-slim", "moved");

        String table = slipway.run(words("outdated"));
        assertThat(table)
                .containsPattern(
                        ":1.2.3-slim +"
                                + first.substring(7, 19)
                                + " +"
                                + moved.substring(7, 19)
                                + " +patch 1.2.10-slim, minor 1.4.0-slim +Dockerfile:1\n")
                .containsPattern(":1 +[0-9a-f]{12} +the same +- +Dockerfile:2\n");
        assertThat(slipway.run(words("outdated", "--format", "json")))
                .contains(
                        "\"digest\": \"" + first + "\"",
                        "\"current\": \"" + moved + "\"",
                        "\"outdated\": true",
                        "\"patch\": \"1.2.10-slim\"",
                        "\"outdated\": false");
        dockerfile("FROM BASE:1@" + moved + "\n");
        Files.delete(lock);
        assertThat(slipway.run(words("outdated")))
                .containsPattern(
                        ":1 +"
                                + moved.substring(7, 19)
                                + " +"
                                + first.substring(7, 19)
                                + " +- +Dockerfile:1");
    }

    @Test
    void outdated_whereRegistriesDenyOrAreNotThere_showsTheRest() throws Exception {
        dockerfile("FROM BASE:1\nFROM localhost:1/a:1\nFROM localhost:1/b:1\n");
        try (LocalRegistry closed = LocalRegistry.withPassword(work.resolve("closed"))) {
            Files.writeString(
                    context.resolve("Dockerfile"),
                    "FROM " + closed.host() + "/private:1\n",
                    java.nio.file.StandardOpenOption.APPEND);
            Tool.Outcome outcome = slipway.outcome(words("outdated"));
            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.output())
                    .containsPattern(base + ":1 +- +[0-9a-f]{12} +- +Dockerfile:1\n")
                    .containsPattern("localhost:1/b:1 +- +\\? +- +Dockerfile:3\n")
                    .containsPattern("/private:1 +- +\\? +- +Dockerfile:4\n")
                    .containsOnlyOnce("localhost:1 refuses the connection")
                    .contains(
                            "hint: Log in with an account that may do this: slipway login "
                                    + closed.host());
            Tool.Outcome known = slipway.outcome(words("outdated", "--creds", "alice:secret"));
            assertThat(known.output()).containsPattern("/private:1 +- +gone +- ");
        }
    }

    @Test
    void addresses_areLocked_refusedWhenTheyChange_andOutdatedThen() throws Exception {
        var content = new java.util.concurrent.atomic.AtomicReference<>("one");
        HttpServer web =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext(
                "/file",
                exchange -> {
                    byte[] body = content.get().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        web.start();
        try {
            String address = "http://localhost:" + web.getAddress().getPort() + "/file";
            dockerfile("FROM BASE:1\nADD " + address + " /\n");
            assertThat(lock())
                    .containsPattern(address + " +7692c3ad3540 +added +web +Dockerfile:2\n")
                    .contains("Wrote " + lock + ": 1 image, 1 address\n");
            assertThat(slipway.run(words("lock", "--format=json")))
                    .contains("\"address\": \"" + address + "\"", "\"checksum\": \"sha256:7692c");
            assertThat(build("--locked").code()).isZero();
            content.set("two");
            Tool.Outcome changed = build("--locked", "--no-cache");
            assertThat(changed.code()).as("the store has it").isZero();
            Slipway other = new Slipway(work.resolve("other"));
            Tool.Outcome there = other.outcome(words("build", "--locked"));
            assertThat(there.code()).isEqualTo(3);
            assertThat(there.output())
                    .contains(address + " has the digest sha256:3fc4ccfe7458")
                    .contains(", not sha256:7692c3ad3540", "as Dockerfile.lock has it")
                    .contains("2 | ADD " + address, "slipway lock --update=" + address);
            Tool.Outcome outdated = slipway.outcome(words("outdated", "--exit-code"));
            assertThat(outdated.code()).isEqualTo(3);
            assertThat(outdated.output())
                    .containsPattern(address + " +7692c3ad3540 +3fc4ccfe7458 +- +Dockerfile:2\n");
            Tool.Outcome unknown = slipway.outcome(words("lock", "--update=" + address + "x"));
            assertThat(unknown.code()).isEqualTo(1);
            assertThat(unknown.output())
                    .contains("names no address " + address + "x", "It names ", address);
            assertThat(lock("--update=" + address))
                    .containsPattern(address + " +3fc4ccfe7458 +updated ")
                    .containsPattern(base + ":1 .* unchanged ");
            assertThat(slipway.run(words("outdated"))).containsPattern("/file .*the same");
            web.removeContext("/file");
            Tool.Outcome gone = slipway.outcome(words("outdated"));
            assertThat(gone.code()).isEqualTo(1);
            assertThat(gone.output())
                    .containsPattern(address + " +3fc4ccfe7458 +\\? +- ")
                    .containsPattern(base + ":1 .* the same ");
        } finally {
            web.stop(0);
        }
    }

    /// Two targets of one Dockerfile, one of another that is built on the first, one without file.
    private String bake() throws Exception {
        push(base + ":2", "second");
        push(base + ":3", "third");
        dockerfile("ARG V\nFROM BASE:${V}\nCOPY Dockerfile /\n");
        Files.createDirectories(work.resolve("other"));
        Files.writeString(work.resolve("other/Dockerfile"), "FROM app\nCOPY --from=tool /file /\n");
        Path file = work.resolve("docker-bake.hcl");
        Files.writeString(
                file,
                """
                group "default" { targets = ["app", "next", "top"] }
                target "app" {
                  context = "CONTEXT"
                  args = { V = "1" }
                  tags = ["app"]
                }
                target "next" {
                  inherits = ["app"]
                  args = { V = "2" }
                  tags = ["next"]
                }
                target "top" {
                  context = "WORK/other"
                  contexts = { app = "target:app", tool = "docker-image://BASE:3" }
                  tags = ["top"]
                }
                target "inline" {
                  context = "CONTEXT"
                  dockerfile-inline = "FROM BASE:1"
                }
                """
                        .replace("CONTEXT", context.toString())
                        .replace("WORK", work.toString())
                        .replace("BASE", base));
        return file.toString();
    }

    private Tool.Outcome run(String command, String... options) {
        List<String> words = new ArrayList<>(List.of(command, "--allow=fs=" + work));
        words.addAll(List.of(options));
        return slipway.outcome(words.toArray(String[]::new));
    }

    @Test
    void bake_ofLockedTargets_takesWhatTheirLocksHave() throws Exception {
        String file = bake();
        Tool.Outcome none = run("bake", "-f", file, "--locked");
        assertThat(none.code()).isEqualTo(3);
        assertThat(none.output()).contains("error: there is no lock ");

        Tool.Outcome locked = run("lock", "--bake=" + file);
        assertThat(locked.code()).as(locked.output()).isZero();
        assertThat(locked.output())
                .contains("Wrote " + lock + ": 2 images")
                .contains("Wrote " + work.resolve("other/Dockerfile.lock") + ": 1 image\n");
        assertThat(Files.readString(lock)).contains(base + ":1", base + ":2");
        for (String tag : new String[] {"1", "2", "3"}) {
            push(base + ":" + tag, "moved");
        }
        Tool.Outcome baked = run("bake", "-f", file, "--locked");
        assertThat(baked.code()).as(baked.output()).isZero();
        assertThat(label("app")).isEqualTo("first");
        assertThat(label("next")).isEqualTo("second");
        assertThat(label("top")).as("on the result of another target").isEqualTo("first");
        assertThat(slipway.read("top", "file")).as("of the other image").isEqualTo("third");
        assertThat(run("lock", "--bake=" + file, "--check").code()).isZero();
        Tool.Outcome outdated = run("outdated", "--bake=" + file, "--exit-code");
        assertThat(outdated.code()).isEqualTo(3);
        assertThat(outdated.output()).contains(base + ":1 ", base + ":2 ", base + ":3 ");

        Tool.Outcome drift = run("bake", "-f", file, "--locked", "--set=next.args.V=3", "next");
        assertThat(drift.code()).isEqualTo(3);
        assertThat(drift.output())
                .contains("error: " + base + ":3 is not in Dockerfile.lock, which has " + base)
                .contains("2 | FROM " + base + ":");
        assertThat(run("lock", "--bake=" + file, "--check", "--set=next.args.V=3").code())
                .isEqualTo(3);
    }

    @Test
    void bake_ofADockerfileInTheBakeFile_takesOnlyWhatItPins() throws Exception {
        String file = bake();
        Tool.Outcome inline = run("bake", "-f", file, "--locked", "inline");
        assertThat(inline.code()).isEqualTo(3);
        assertThat(inline.output())
                .contains(base + ":1 is not locked: the Dockerfile is in the bake file")
                .contains("hint: Add its digest to the name");
        assertThat(run("lock", "--bake=" + file, "inline").output())
                .contains("The target inline has no lock");
        String digest = slipway.run("digest", base + ":1").strip();
        Tool.Outcome pinned =
                run(
                        "bake",
                        "-f",
                        file,
                        "--locked",
                        "--set=inline.dockerfile-inline=FROM " + base + "@" + digest,
                        "inline");
        assertThat(pinned.code()).as(pinned.output()).isZero();
    }

    @Test
    void lockOfABakeFile_isWrittenOnlyWhereTheFileMayWrite() throws Exception {
        String file = bake();
        Tool.Outcome read =
                slipway.outcome("lock", "--bake=" + file, "--allow=fs.read=" + work, "app");
        assertThat(read.code()).isEqualTo(1);
        assertThat(read.output()).contains("--allow fs.write=" + lock);
        assertThat(lock).doesNotExist();
        Tool.Outcome target = slipway.outcome("lock", "--bake=" + file, "--target=a");
        assertThat(target.code()).isEqualTo(2);
        assertThat(target.output()).contains("--target is not for --bake", "--set");
    }

    @Test
    void dockerfileThatIsNoFile_hasNoLock() {
        Tool.Outcome outcome = slipway.outcome("build", "--locked", "-");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.output()).contains("a lock is kept beside a Dockerfile");
    }
}
