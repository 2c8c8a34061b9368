package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.linux.Dir;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// What other builders got wrong with files. docs/lessons.md says which test holds which lesson.
class FileLessonsTest {
    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.in(directory);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private void archive(String name, Tar tar) throws IOException {
        Files.write(bench.context.resolve(name), tar.bytes());
    }

    @Test
    void kaniko842_archiveRootEntryKeepsDestinationMode() throws Exception {
        archive("a.tar", new Tar().directory("./", 0700).file("./f", "x"));
        bench.file("d/g", "y");
        var result = bench.build("FROM scratch\nCOPY d /to\nADD a.tar /to/\n");
        assertThat(bench.entry(result, "to").mode()).isEqualTo(0755);
        assertThat(bench.entry(result, "to").uid()).isZero();
        assertThat(bench.text(result, "to/f")).isEqualTo("x");
    }

    @Test
    void kaniko796_cachedStageIsCopiedWithoutWhiteouts() throws Exception {
        archive("a.tar", new Tar().file("d/gone", "x").file("d/stays", "y"));
        archive("b.tar", new Tar().symlink("d", "e"));
        var dockerfile =
                """
                FROM scratch AS s
                ADD a.tar /
                ADD b.tar /
                FROM scratch
                COPY --from=s / /all/
                """;
        bench.build(dockerfile);
        bench.file("more", "1");
        var result = bench.build(dockerfile + "COPY more /\n");
        try (var files = bench.files(result)) {
            assertThat(files.children(RawPath.of("all")))
                    .extracting(entry -> entry.path().toString())
                    .containsExactly("all/d");
        }
        assertThat(bench.entry(result, "all/d").type()).isEqualTo(FileType.SYMLINK);
    }

    @Test
    void kaniko630_hardLinksOfOneCopyStayLinks() throws Exception {
        archive("a.tar", new Tar().file("d/one", "x").hardLink("d/two", "d/one"));
        var result =
                bench.build("FROM scratch AS s\nADD a.tar /\nFROM scratch\nCOPY --from=s /d /d\n");
        var group = bench.entry(result, "d/one").hardlinkGroup();
        assertThat(group).isNotZero().isEqualTo(bench.entry(result, "d/two").hardlinkGroup());
    }

    @Test
    void kaniko45_stickyAndSetIdBitsStay() throws Exception {
        bench.file("d/sub/f", "x");
        try (var dir = Dir.open(bench.context)) {
            dir.chmod(RawPath.of("d/sub"), 01777);
            dir.chmod(RawPath.of("d/sub/f"), 06755);
        }
        var result = bench.build("FROM scratch\nCOPY --chown=1:2 d /d\n");
        assertThat(bench.entry(result, "d/sub").mode()).isEqualTo(01777);
        assertThat(bench.entry(result, "d/sub/f").mode()).isEqualTo(06755);
    }

    @Test
    void buildkit_socketIsCopiedAsAnEmptyFile() throws Exception {
        bench.file("d/f", "x");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                var dir = Dir.open(bench.context.resolve("d"))) {
            server.bind(UnixDomainSocketAddress.of(dir.procPath() + "/s"));
            var result = bench.build("FROM scratch\nCOPY d /d\n");
            assertThat(bench.entry(result, "d/s").type()).isEqualTo(FileType.REGULAR);
            assertThat(bench.entry(result, "d/s").size()).isZero();
        }
    }

    @Test
    void cve_2019_14271_namesAreThoseOfTheImageNotOfThisMachine() throws Exception {
        bench.file("f", "x")
                .file("etc/passwd", "root:x:77:78::/:/x\n")
                .file("etc/group", "g:x:79:\n");
        var result = bench.build("FROM scratch\nCOPY etc /etc\nCOPY --chown=root:g f /f\n");
        assertThat(bench.entry(result, "f").uid()).isEqualTo(77);
        assertThat(bench.entry(result, "f").gid()).isEqualTo(79);
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build("FROM scratch\nCOPY --chown=daemon f /f\n"))
                .withMessageContaining("--chown=daemon");
    }

    @Test
    void docker_archiveIsToldByItsContentNotItsName() throws Exception {
        bench.file("empty.tar.gz", "").file("text.tar", "no archive");
        archive("plain", new Tar().file("in", "x"));
        var result = bench.build("FROM scratch\nADD empty.tar.gz text.tar plain /to/\n");
        assertThat(bench.entry(result, "to/empty.tar.gz").size()).isZero();
        assertThat(bench.text(result, "to/text.tar")).isEqualTo("no archive");
        assertThat(bench.text(result, "to/in")).isEqualTo("x");
    }

    @Test
    void kaniko875_keyPartsCannotRunTogether() throws Exception {
        bench.file("a", "x").file("ab", "x").file("b", "x");
        bench.build("FROM scratch\nCOPY a /bc\n");
        var result = bench.build("FROM scratch\nCOPY ab /c\n");
        assertThat(bench.exists(result, "c")).isTrue();
        assertThat(bench.made()).containsExactly("COPY ab /c");
    }

    @Test
    void kaniko623_argumentsDoNotLeakIntoOtherStages() throws Exception {
        bench.file("f", "x");
        var result =
                bench.build(
                        """
                        FROM scratch AS one
                        ARG NAME=leaked
                        COPY f /$NAME
                        FROM scratch
                        COPY f /x$NAME
                        COPY --from=one / /one/
                        """);
        assertThat(bench.exists(result, "x")).isTrue();
        assertThat(bench.exists(result, "xleaked")).isFalse();
        assertThat(bench.exists(result, "one/leaked")).isTrue();
    }
}
