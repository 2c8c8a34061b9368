package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.image.ImageException;
import dev.slipway.image.Reference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// Locks of what `ADD` takes from a web server and from git.
class LockingTest {
    private static final String DATE = "Tue, 14 Nov 2023 22:13:20 GMT";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Locking.Anew ALL =
            new Locking.Anew() {
                @Override
                public boolean image(Reference name) {
                    return true;
                }

                @Override
                public boolean address(String address) {
                    return true;
                }
            };

    private static final String ONE =
            "sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";

    @TempDir Path directory;
    private Path lockFile;
    private Bench bench;
    private WebServer web;
    private GitFixture git;

    @BeforeEach
    void open() throws Exception {
        lockFile = directory.resolve("Dockerfile.lock");
        bench = Bench.in(directory);
        git = new GitFixture(directory, "repo");
        web = WebServer.start().git(git.served).file("/f", "one", "\"1\"", DATE);
        git.file("sub/a", "first").commit();
    }

    @AfterEach
    void close() throws Exception {
        web.close();
        bench.close();
    }

    private String dockerfile(String text) {
        return "FROM scratch\n"
                + text.replace("WEB", web.address())
                        .replace("REPO", web.address() + "/git/repo.git");
    }

    private Locking locking(String text) {
        var request = BuildRequest.of(bench.context).dockerfileText(dockerfile(text)).build();
        return new Locking(bench.store(), List.of(new Locking.Use(request, Set.of())));
    }

    private DockerfileLock lock(DockerfileLock before, String text, Locking.Anew anew)
            throws Exception {
        var locked = locking(text).lock(before, null, anew, false, NOW);
        locked.lock().write(lockFile);
        return locked.lock();
    }

    /// Locks with everything asked anew: without registries only known addresses hold.
    private DockerfileLock lock(String text) throws Exception {
        try (var none =
                new dev.slipway.distribution.Registries(
                        dev.slipway.distribution.RegistrySettings.of(java.util.Map.of()),
                        dev.slipway.distribution.TransferListener.none())) {
            var before = DockerfileLock.read(lockFile);
            var locked =
                    locking(text)
                            .lock(
                                    before == null ? DockerfileLock.EMPTY : before,
                                    none,
                                    before == null ? Locking.Anew.NOTHING : ALL,
                                    false,
                                    NOW);
            locked.lock().write(lockFile);
            return locked.lock();
        }
    }

    private BuildResult build(String text) throws Exception {
        return bench.build(dockerfile(text), request -> request.lock(new LockFile(lockFile)));
    }

    @Test
    void lock_hasEachAddressThatIsOpen_once_andDirectoriesOfARepositoryShareTheirCommit()
            throws Exception {
        var pinned = "0".repeat(40);
        var lock =
                lock(
                        "ADD WEB/f /f\nADD WEB/f /again\nADD REPO#main:sub /a\nADD REPO#main /b\n"
                                + "FROM scratch\nADD REPO /c\n"
                                + "ADD --checksum=sha256:"
                                + "0".repeat(64)
                                + " WEB/pinned /d\nADD REPO#"
                                + pinned
                                + " /e\nADD --checksum="
                                + pinned.substring(0, 9)
                                + " REPO#v1 /g\n");
        var repository = web.address() + "/git/repo.git";
        assertThat(lock.sources())
                .containsExactly(
                        new LockedSource(web.address() + "/f", ONE, NOW),
                        new LockedSource(repository, git.head(), NOW),
                        new LockedSource(repository + "#main", git.head(), NOW));
        assertThat(DockerfileLock.read(lockFile)).isEqualTo(lock);
        assertThat(Files.readString(lockFile)).startsWith("{\n  \"version\": 2,");
    }

    @Test
    void lockedBuild_takesTheLockedCommit_whereverTheBranchMoved() throws Exception {
        var text = "ADD REPO#main:sub /r\n";
        lock(text);
        git.file("sub/a", "second").commit();
        var result = build(text);
        assertThat(bench.text(result, "r/a")).isEqualTo("first");
        assertThat(bench.text(bench.build(dockerfile(text)), "r/a")).isEqualTo("second");
        lock(text);
        assertThat(bench.text(build(text), "r/a")).isEqualTo("second");
        // What is locked makes no other step.
        assertThat(bench.made()).isEmpty();
    }

    @Test
    void lockedBuild_refusesAFileThatChanged_andTakesTheStoresOwn() throws Exception {
        var text = "ADD WEB/f /f\n";
        lock(text);
        web.forgetRequests();
        assertThat(bench.text(build(text), "f")).isEqualTo("one");
        assertThat(web.requests()).as("the store has it").isEmpty();

        web.file("/f", "two", "\"2\"", DATE);
        assertThat(bench.text(build(text), "f")).as("still").isEqualTo("one");
        assertThat(bench.text(bench.build(dockerfile(text)), "f")).isEqualTo("two");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> build(text))
                .withMessageContaining(web.address() + "/f has the digest sha256:")
                .withMessageEndingWith(", as Dockerfile.lock has it")
                .satisfies(e -> assertThat(LockException.isCauseOf(e)).isTrue())
                .satisfies(e -> assertThat(e.source()).isNotNull())
                .satisfies(e -> assertThat(e.hint()).contains("--update=" + web.address() + "/f"));
    }

    @Test
    void lockedBuild_refusesAnAddressThatIsNotLocked_andLeavesPinsAlone() throws Exception {
        lock("ADD WEB/f /f\n");
        web.file("/g", "one", "\"1\"", DATE);
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> build("ADD WEB/g /g\n"))
                .withMessage(web.address() + "/g is not in Dockerfile.lock")
                .satisfies(e -> assertThat(LockException.isCauseOf(e)).isTrue())
                .satisfies(e -> assertThat(String.valueOf(e.source())).contains("ADD"));
        var result =
                build("ADD --checksum=" + ONE + "" + " WEB/g /g\nADD REPO#" + git.head() + " /r\n");
        assertThat(bench.text(result, "g")).isEqualTo("one");
        assertThat(bench.text(result, "r/sub/a")).isEqualTo("first");
    }

    @Test
    void check_tellsMissingAndUnusedAddresses() throws Exception {
        var lock = lock("ADD WEB/f /f\n");
        var checked = locking("ADD REPO /r\n").check(lock, null, false);
        assertThat(checked.changes())
                .extracting(Locking.Change::kind, Locking.Change::name)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(
                                Locking.Kind.REMOVED, web.address() + "/f"),
                        org.assertj.core.groups.Tuple.tuple(
                                Locking.Kind.MISSING, web.address() + "/git/repo.git"));
        assertThat(locking("ADD WEB/f /f\n").check(lock, null, false).isChanged()).isFalse();
    }

    @Test
    void addressThatIsNew_isAskedForOnlyWhereThatIsAllowed() throws Exception {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> lock(DockerfileLock.EMPTY, "ADD WEB/f /f\n", ALL))
                .withMessageContaining("/f is not locked");
        assertThat(web.requests()).isEmpty();
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> lock("ADD WEB/gone /f\n"))
                .withMessageContaining("/gone")
                .satisfies(e -> assertThat(String.valueOf(e.source())).contains("/gone"));
    }

    @Test
    void lockOfAnEarlierVersion_isRead_andWrittenAgainAsItWas() throws Exception {
        var old =
                """
                {
                  "version": 1,
                  "images": [
                    {
                      "reference": "alpine:3.20",
                      "digest": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
                      "platforms": [
                        "linux/amd64"
                      ],
                      "source": "docker.io",
                      "resolved": "2026-01-01T00:00:00Z"
                    }
                  ]
                }
                """;
        Files.writeString(lockFile, old);
        var lock = java.util.Objects.requireNonNull(DockerfileLock.read(lockFile));
        assertThat(new String(lock.toJson(), StandardCharsets.UTF_8)).isEqualTo(old);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"address\":\"https://a/b\"}",
                "{\"address\":\"https://a/b\",\"checksum\":\"sha256:1\",\"resolved\":\"2026-01-01T00:00:00Z\"}",
                "{\"address\":\"https://a/b\",\"checksum\":\"main\",\"resolved\":\"2026-01-01T00:00:00Z\"}",
            })
    void lockWithADamagedAddress_isNotRead(String source) throws Exception {
        Files.writeString(lockFile, "{\"version\":2,\"images\":[],\"sources\":[" + source + "]}");
        assertThatExceptionOfType(ImageException.class)
                .isThrownBy(() -> DockerfileLock.read(lockFile))
                .withMessageContaining("cannot be read");
        Files.writeString(lockFile, "{\"version\":3,\"images\":[]}");
        assertThatExceptionOfType(ImageException.class)
                .isThrownBy(() -> DockerfileLock.read(lockFile))
                .withMessageContaining("not of version");
    }
}
