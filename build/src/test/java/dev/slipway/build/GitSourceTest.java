package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.linux.Timespec;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// ADD of git repositories, served over http by git itself.
class GitSourceTest {
    @TempDir Path directory;
    private Bench bench;
    private WebServer web;
    private GitFixture git;

    @BeforeEach
    void open() throws Exception {
        bench = Bench.in(directory);
        git = new GitFixture(directory, "repo");
        web = WebServer.start().git(git.served);
        git.file("a", "main").file("sub/b", "b").file("run.sh", "#!/bin/sh\n");
        Files.setPosixFilePermissions(
                git.work.resolve("run.sh"),
                java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        git.commit();
        git.git("tag", "-a", "-m", "t", "v1");
        git.git("checkout", "-q", "-b", "dev/x");
        git.file("a", "dev");
        git.commit();
        git.git("checkout", "-q", "main");
    }

    @AfterEach
    void close() throws Exception {
        web.close();
        bench.close();
    }

    private String address() {
        return web.address() + "/git/repo.git";
    }

    private String add(String rest) {
        return "FROM scratch\nADD " + rest.replace("REPO", address()) + " /r\n";
    }

    @Test
    void add_filesAreNormalised_andHaveTheCommitsTime() throws Exception {
        var result = bench.build(add("REPO"));
        assertThat(bench.text(result, "r/a")).isEqualTo("main");
        assertThat(bench.entry(result, "r/a").mode()).isEqualTo(0644);
        assertThat(bench.entry(result, "r/run.sh").mode()).isEqualTo(0755);
        assertThat(bench.entry(result, "r/sub").mode()).isEqualTo(0755);
        assertThat(bench.entry(result, "r/a").mtime()).isEqualTo(new Timespec(1_700_000_000, 0));
        assertThat(bench.exists(result, "r/.git")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "REPO, main",
        "REPO#main, main",
        "REPO#v1, main",
        "REPO#refs/tags/v1, main",
        "REPO#dev/x, dev",
        "REPO?ref=dev/x, dev",
        "REPO?branch=dev/x, dev",
        "REPO?branch=refs/heads/dev/x, dev",
        "REPO?tag=v1, main",
        "REPO?ref=dev%2Fx&submodules=false, dev",
        "'REPO##ref=dev/x,subdir=.', dev",
    })
    void add_allWaysToNameARef(String source, String expected) throws Exception {
        var result = bench.build(add(source));
        assertThat(bench.text(result, "r/a")).isEqualTo(expected);
    }

    @Test
    void add_commit_byHashAndAsChecksum() throws Exception {
        var old = git.head();
        git.file("a", "newer").commit();
        assertThat(bench.text(bench.build(add("REPO#" + old)), "r/a")).isEqualTo("main");
        assertThat(bench.text(bench.build(add("REPO?commit=" + old)), "r/a")).isEqualTo("main");
        var now = git.head();
        var words = "--checksum=" + now.substring(0, 12) + " REPO#main";
        assertThat(bench.text(bench.build(add(words)), "r/a")).isEqualTo("newer");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add("--checksum=" + old + " REPO#main")))
                .withMessageContaining("is at commit " + now + ", not " + old);
    }

    @Test
    void add_pinnedCommit_isNotAskedForAgain() throws Exception {
        var words = add("REPO#" + git.head());
        bench.build(words);
        web.forgetRequests();
        bench.reopen();
        bench.build(words);
        assertThat(web.requests()).isEmpty();
        assertThat(bench.made()).isEmpty();
    }

    @Test
    void add_unmovedBranch_isAskedButNotFetched() throws Exception {
        bench.build(add("REPO#main"));
        web.forgetRequests();
        bench.reopen();
        bench.build(add("REPO#main"));
        assertThat(web.requests())
                .allMatch(r -> r.contains("info/refs") || r.contains("upload-pack"));
        assertThat(web.requests()).hasSizeLessThanOrEqualTo(2);
        assertThat(bench.made()).isEmpty();
    }

    @Test
    void add_movedBranch_isExplainedByCommitAndFiles() throws Exception {
        bench.build(add("REPO#main"));
        var old = git.head();
        git.file("a", "changed").commit();
        bench.build(add("REPO#main"));
        var reason = bench.reasons().getFirst();
        assertThat(reason)
                .contains("commit of " + address() + "#main changed: " + old + " → " + git.head())
                .contains("1 of 4 files changed: a (content)");
    }

    @Test
    void add_movedBranch_withTheSameFilesThere_isFoundByContent() throws Exception {
        bench.build(add("REPO#main:sub"));
        git.file("a", "changed").commit();
        bench.build(add("REPO#main:sub"));
        assertThat(bench.made()).noneMatch(step -> step.startsWith("ADD"));
    }

    @Test
    void add_subdirectory_onlyWhatIsInIt() throws Exception {
        var result = bench.build(add("REPO#main:sub"));
        assertThat(bench.text(result, "r/b")).isEqualTo("b");
        assertThat(bench.exists(result, "r/a")).isFalse();
        result = bench.build(add("REPO?subdir=/sub/"));
        assertThat(bench.text(result, "r/b")).isEqualTo("b");
    }

    /// The directory is that of whoever wrote the repository; links in it must lead nowhere else.
    @ParameterizedTest
    @ValueSource(strings = {"../../../..", "out", "up", "..", "deep/out/etc"})
    void cve_2026_33748_subdirectoryStaysInTheCheckout(String subdirectory) throws Exception {
        git.link("out", "/").link("up", "../../../../../..").file("deep/x", "x");
        Files.createSymbolicLink(git.work.resolve("deep/out"), Path.of("/"));
        git.commit();
        BuildResult result;
        try {
            result = bench.build(add("REPO#main:" + subdirectory));
        } catch (BuildException e) {
            assertThat(e.getMessage()).contains("there is no directory");
            return;
        }
        assertThat(bench.exists(result, "r/etc/passwd")).isFalse();
        assertThat(bench.exists(result, "r/proc")).isFalse();
        assertThat(bench.exists(result, "r/a")).isTrue();
    }

    @Test
    void cve_2026_44517_subdirectoryThatIsALinkInside_isFollowed() throws Exception {
        git.link("alias", "sub").commit();
        var result = bench.build(add("REPO#main:alias"));
        assertThat(bench.text(result, "r/b")).isEqualTo("b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "REPO#--upload-pack=touch${IFS}/tmp/x",
                "REPO#-x",
                "REPO?ref=--output=/tmp/x",
                "REPO#a..b",
            })
    void cve_2026_15792_refThatIsAnOption_isRefused(String source) throws InterruptedException {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add(source.replace("${IFS}", "_"))));
        assertThat(web.requests()).isEmpty();
    }

    @Test
    void cve_2017_1000117_hostThatIsAnOption_isRefused() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add("ssh://-oProxyCommand=x/repo.git")))
                .withMessageContaining("names no host");
    }

    @Test
    void keepGitDir_byFlagAndByQuery_isAWorkingRepository() throws Exception {
        for (var words : new String[] {"--keep-git-dir REPO", "REPO?keep-git-dir=true"}) {
            var result = bench.build(add(words));
            assertThat(bench.text(result, "r/.git/HEAD").strip()).isEqualTo(git.head());
            var out = directory.resolve("out-" + words.length());
            bench.build(add(words), request -> request.output(new Output.LocalDirectory(out)));
            var check = new ProcessBuilder("git", "-c", "safe.directory=*", "status", "--short");
            check.directory(out.resolve("r").toFile()).redirectErrorStream(true);
            var process = check.start();
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEmpty();
            assertThat(process.waitFor()).isZero();
        }
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add("--keep-git-dir=false REPO?keep-git-dir=true")))
                .withMessageContaining("contradict");
    }

    @Test
    void submodules_areCheckedOut_unlessNot() throws Exception {
        var inner = new GitFixture(directory, "inner").file("deep/i", "inner");
        inner.commit();
        git.git("remote", "add", "origin", address());
        git.git("submodule", "add", "-q", web.address() + "/git/inner.git", "mod");
        git.git("submodule", "add", "-q", "--name", "relative", "../inner.git", "rel");
        git.commit();
        var result = bench.build(add("REPO#main"));
        assertThat(bench.text(result, "r/mod/deep/i")).isEqualTo("inner");
        assertThat(bench.text(result, "r/rel/deep/i")).isEqualTo("inner");
        assertThat(bench.exists(result, "r/mod/.git")).isFalse();
        result = bench.build(add("REPO?ref=main&submodules=false"));
        assertThat(bench.exists(result, "r/mod/deep")).isFalse();
    }

    /// CVE-2022-39253 and kin: a repository must not take in files of the machine.
    @Test
    void submodule_ofAFileOfThisMachine_isRefused() throws Exception {
        var inner = new GitFixture(directory, "inner").file("i", "inner");
        inner.commit();
        git.git(
                "-c",
                "protocol.file.allow=always",
                "submodule",
                "add",
                "-q",
                "file://" + git.served.resolve("inner.git"),
                "mod");
        git.commit();
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add("REPO#main")))
                .withMessageContaining("transport 'file' not allowed");
    }

    @Test
    void missingRef_isNamed() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add("REPO#nowhere")))
                .withMessage(address() + " has no branch or tag \"nowhere\"")
                .satisfies(
                        e -> assertThat(SourceLines.placeOf(e.source())).isEqualTo("Dockerfile:2"));
    }

    @Test
    void missingRepository_isNamed() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add(web.address() + "/git/none.git")))
                .withMessageContaining(web.address() + "/git/none.git");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"REPO?what=1", "REPO?ref=a&ref=b", "REPO?tag=a&branch=b", "REPO?subdir="})
    void wrongQuery_isRefused(String source) {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(add(source)))
                .withMessageContaining("address");
    }

    @Test
    void token_isSentAndKeptNowhere() throws Exception {
        bench.build(
                add("REPO#main"),
                request ->
                        request.secret(
                                "GIT_AUTH_TOKEN",
                                SecretSource.of("t0ken-w0rth".getBytes(StandardCharsets.UTF_8))));
        var login = "basic eC1hY2Nlc3MtdG9rZW46dDBrZW4tdzBydGg=";
        assertThat(web.logins).contains(login).doesNotContain("-");
        bench.close();
        Traces.assertNone(bench.home, "t0ken-w0rth");
        Traces.assertNone(bench.home, "eC1hY2Nlc3MtdG9rZW46dDBrZW4tdzBydGg=");
    }

    @Test
    void header_ofTheHost_goesBeforeTheTokenOfAll() throws Exception {
        bench.build(
                add("REPO#main"),
                request ->
                        request.secret(
                                        "GIT_AUTH_HEADER.localhost",
                                        SecretSource.of(
                                                "Bearer b".getBytes(StandardCharsets.UTF_8)))
                                .secret(
                                        "GIT_AUTH_TOKEN",
                                        SecretSource.of("t".getBytes(StandardCharsets.UTF_8))));
        assertThat(web.logins).contains("Bearer b").doesNotContain("-");
    }

    @Test
    void cve_2023_26054_credentialsInTheAddress_areKeptNowhere() throws Exception {
        var secret = address().replace("//", "//user:s3cr3t-w0rd@");
        var result = bench.build("FROM scratch\nADD " + secret + "#main /r\n");
        assertThat(bench.text(result, "r/a")).isEqualTo("main");
        assertThat(web.logins).contains("basic dXNlcjpzM2NyM3QtdzByZA==");
        assertThat(bench.config(result).history().toString())
                .contains("ADD http://xxxxx@localhost");
        assertThat(bench.events.toString()).doesNotContain("s3cr3t");
        bench.close();
        Traces.assertNone(bench.home, "s3cr3t-w0rd");
    }

    @Test
    void prune_removesWhatWasFetched_unlessInUse() throws Exception {
        bench.build(add("REPO#main"));
        var cache = new BuildCache(bench.store());
        var sources =
                cache.list().stream()
                        .filter(item -> item.kind() == BuildCache.Kind.GIT_SOURCE)
                        .map(BuildCache.Item::description)
                        .toList();
        assertThat(sources).containsExactly(address());
        var all = BuildCache.Prune.ALL;
        var now = java.time.Instant.now();
        Path room;
        try (var rooms = Files.list(bench.home.resolve("cache/git"))) {
            room = rooms.findFirst().orElseThrow();
        }
        try (var _ = dev.slipway.linux.FileLock.shared(room.resolve("use.lock"))) {
            cache.prune(bench.store(), all, now);
            assertThat(room).exists();
        }
        cache.prune(bench.store(), all, now);
        assertThat(room).doesNotExist();
        assertThat(bench.text(bench.build(add("REPO#main")), "r/a")).isEqualTo("main");
    }

    @Test
    void copy_ofARepository_isRefused() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build("FROM scratch\nCOPY " + address() + " /\n"))
                .withMessageContaining("COPY takes no address");
    }

    @Test
    void addresses_ofEveryKind_areRecognised() throws Exception {
        record Form(String text, String remote, String shown) {}
        for (var form :
                new Form[] {
                    new Form("git@github.com:a/b.git#v1:d", "git@github.com:a/b.git", "#v1:d"),
                    new Form("me@host:x", "me@host:x", ""),
                    new Form("ssh://git@h:22/a/b#v", "ssh://git@h:22/a/b", "#v"),
                    new Form("git://h/a/b?branch=x", "git://h/a/b", "#refs/heads/x"),
                    new Form("https://h/a.git#:d", "https://h/a.git", "#:d"),
                    new Form("https://u:p@h/a.git", "https://h/a.git", ""),
                    new Form("HTTPS://h/a.git?tag=t", "https://h/a.git", "#refs/tags/t"),
                }) {
            var address = dev.slipway.build.fetch.GitAddress.parse(form.text, false);
            if (address == null) {
                throw new AssertionError(form.text + " is no address");
            }
            assertThat(address.remote()).isEqualTo(form.remote);
            assertThat(address).hasToString(form.remote + form.shown);
        }
        for (var text : new String[] {"https://h/a", "a/b", "./git@h:x", "file:///x.git", "a:b"}) {
            assertThat(dev.slipway.build.fetch.GitAddress.parse(text, false)).as(text).isNull();
        }
        assertThat(dev.slipway.build.fetch.GitAddress.parse("github.com/a/b#x", false)).isNull();
        assertThat(dev.slipway.build.fetch.GitAddress.parse("github.com/a/b#x", true))
                .hasToString("https://github.com/a/b#x");
    }
}
