package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.image.FileTree;
import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/// `COPY --link` and `ADD --link`.
class LinkTest {
    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.in(directory);
        bench.file("a", "1").file("d/b", "2").file("d/e/c", "3");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void rebase_everyLinkedLayerIsReused_thoughAllBelowChanged() throws Exception {
        var linked =
                """
                COPY --link --chmod=640 a /one/
                COPY --link --chown=7:8 d /two
                ADD --link --exclude=e d /three/
                COPY --link --parents d/./e/c /four/
                COPY --link <<EOF /five
                text
                EOF
                """;
        var first = bench.build("FROM scratch\nCOPY a /base\n" + linked);
        bench.reopen();
        var second = bench.build("FROM busybox\nCOPY d /other\nCOPY a /base2\n" + linked);
        assertThat(bench.made()).containsExactly("COPY a /base2", "COPY d /other");
        var before = bench.config(first).diffIds();
        var after = bench.config(second).diffIds();
        assertThat(after.subList(after.size() - 5, after.size()))
                .isEqualTo(before.subList(1, before.size()));
        assertThat(bench.entry(second, "one/a").mode()).isEqualTo(0640);
        assertThat(bench.text(second, "four/e/c")).isEqualTo("3");
    }

    @Test
    void rebase_fromAStageThatDidNotChange() throws Exception {
        var stage = "FROM scratch AS s\nCOPY d /out/\n";
        bench.build(stage + "FROM scratch\nCOPY --link --from=s /out /in/\n");
        bench.build(stage + "FROM busybox\nCOPY --link --from=s /out /in/\n");
        assertThat(bench.made()).isEmpty();
    }

    /// The tree is that of a COPY without `--link`, also where the directories exist already.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a /etc/",
                "a /etc/new",
                "d /etc/sub",
                "a /tmp/",
                "a /private/",
                "d /private",
                "a d/b /new/deep/",
                "--chown=3:4 d /deep",
                "--chown=3:4 a d/b /new/",
                "--parents d/e/c /private/",
                "--chmod=u=rwX,go=rX d /modes",
                "a /private/file",
            })
    void tree_isThatWithoutLink(String words) throws Exception {
        var base =
                """
                FROM busybox
                COPY --chmod=0700 --chown=5:6 d /private
                COPY --chmod=1777 <<EOF /tmp/x
                EOF
                """;
        var linked = files(bench.build(base + "COPY --link " + words + "\n"));
        var plain = files(bench.build(base + "COPY " + words + "\n"));
        linked.entrySet().removeIf(file -> file.getKey().startsWith("bin/"));
        plain.entrySet().removeIf(file -> file.getKey().startsWith("bin/"));
        assertThat(linked).isEqualTo(plain);
    }

    @Test
    void destination_linkIsReplacedNotFollowed() throws Exception {
        var result =
                bench.build(
                        """
                        FROM scratch
                        ADD links.tar /
                        COPY --link a /link/
                        """
                                .replace("ADD links.tar /", links()));
        assertThat(bench.entry(result, "link").isDirectory()).isTrue();
        assertThat(bench.exists(result, "real/a")).isFalse();
    }

    private String links() throws IOException {
        java.nio.file.Files.write(
                bench.context.resolve("links.tar"),
                new Tar().directory("real", 0755).symlink("link", "real").bytes());
        return "ADD links.tar /";
    }

    @Test
    void chown_byName_isRefused() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build("FROM busybox\nCOPY --link --chown=app a /\n"))
                .withMessageContaining("--chown=app")
                .satisfies(e -> assertThat(e.hint()).contains("numbers"));
    }

    private SortedMap<String, String> files(BuildResult result) throws IOException {
        var lines = new TreeMap<String, String>();
        try (var tree = bench.files(result)) {
            list(tree, RawPath.ROOT, lines);
        }
        return lines;
    }

    private static void list(FileTree tree, RawPath at, SortedMap<String, String> lines)
            throws IOException {
        for (var entry : tree.children(at)) {
            lines.put(
                    entry.path().toString(),
                    entry.type()
                            + " "
                            + Integer.toOctalString(entry.mode())
                            + " "
                            + entry.uid()
                            + ":"
                            + entry.gid()
                            + " "
                            + entry.size());
            if (entry.isDirectory()) {
                list(tree, entry.path(), lines);
            }
        }
    }
}
