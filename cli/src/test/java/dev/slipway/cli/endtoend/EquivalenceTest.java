package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cli.Main;
import dev.slipway.image.DirectoryTree;
import dev.slipway.image.FileTree;
import dev.slipway.image.MergedView;
import dev.slipway.image.Store;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/// What BuildKit 20.10 does not have is compared with the programs that everybody has: rsync, tar,
/// and other ways to say the same.
class EquivalenceTest {
    @TempDir static Path work;
    private static Path context;
    private static Slipway slipway;

    @BeforeAll
    static void prepare() throws Exception {
        Tool.needRoot(); // files of other owners are made
        context = Contexts.rich(work.resolve("context"));
        slipway = new Slipway(work.resolve("store"));
    }

    private static SortedMap<String, String> built(String dockerfile, String... flags)
            throws Exception {
        Path file = Files.writeString(work.resolve("Dockerfile"), dockerfile);
        String[] command = new String[flags.length + 7];
        String[] usual = {"build", "-q", "-t", "made", "-f", file.toString()};
        System.arraycopy(usual, 0, command, 0, usual.length);
        System.arraycopy(flags, 0, command, usual.length, flags.length);
        command[command.length - 1] = context.toString();
        slipway.run(command);
        return made();
    }

    private static SortedMap<String, String> made() throws Exception {
        try (Store store = Store.open(slipway.home());
                MergedView view = MergedView.of(slipway.image(store, "made").layers())) {
            return text(view);
        }
    }

    private static SortedMap<String, String> directory(Path directory) throws Exception {
        try (FileTree tree = DirectoryTree.open(directory)) {
            return text(tree);
        }
    }

    /// Lines without what a copy does not keep alike: times of directories.
    private static SortedMap<String, String> text(FileTree tree) throws Exception {
        SortedMap<String, String> lines = TreeText.of(tree);
        lines.replaceAll((_, line) ->
                line.startsWith("DIRECTORY") ? line.replaceFirst(" mtime=\\S+", "") : line);
        return lines;
    }

    private static SortedMap<String, String> withoutTimes(SortedMap<String, String> lines) {
        SortedMap<String, String> result = new TreeMap<>(lines);
        result.replaceAll((_, line) -> line.replaceFirst(" mtime=\\S+", ""));
        return result;
    }

    @Test
    void hereDocument_isTheCopyOfAFile() throws Exception {
        Files.writeString(context.resolve("text"), "one\ntwo $X\n");
        SortedMap<String, String> document =
                built("FROM scratch\nCOPY --chmod=0640 --chown=3:4 <<'text' /to/\none\ntwo $X\ntext\n");
        SortedMap<String, String> file =
                built("FROM scratch\nCOPY --chmod=0640 --chown=3:4 text /to/\n");
        Files.delete(context.resolve("text"));
        assertThat(withoutTimes(document)).isEqualTo(withoutTimes(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dir/sub/deep/four",
                "dir/one dir/sub/three a.txt",
                "dir/./sub/deep/four",
                "./dir/sub/./deep",
                "dir",
                "dir2/x",
                "special/sticky special/gdir",
                "hard/sub/three",
                "dir/sub/deep/four dir/./sub/three",
            })
    void parents_isRsyncWithRelativeNames(String sources) throws Exception {
        Tool.need(Tool.installed("rsync"), "rsync");
        Path expected = Files.createTempDirectory(work, "rsync");
        Tool.shell(context, "umask 022; rsync -aR --chown=0:0 " + sources + " " + expected + "/");
        assertThat(built("FROM scratch\nCOPY --parents " + sources + " /\n"))
                .isEqualTo(directory(expected));
    }

    @Test
    void parents_withStars_isRsyncOfWhatTheShellFinds() throws Exception {
        Tool.need(Tool.installed("rsync"), "rsync");
        Path expected = Files.createTempDirectory(work, "rsync");
        Tool.shell(
                context,
                "rsync -aR --chown=0:0 $(find . -path './dir*' -type f -name '*o*') "
                        + expected
                        + "/");
        assertThat(built("FROM scratch\nCOPY --parents dir*/**/*o* dir*/*o* /\n"))
                .containsAllEntriesOf(directory(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cat", "gzip", "bzip2", "xz", "zstd"})
    void unpack_isTar(String program) throws Exception {
        Path archive = context.resolve("made.archive");
        Path expected = Files.createTempDirectory(work, "tar");
        Tool.shell(
                work,
                "tar -C %s --numeric-owner -cf - . | %s > %s && tar -xpf %s --numeric-owner -C %s"
                        .formatted(tree(program.hashCode()), program, archive, archive, expected));
        SortedMap<String, String> ours =
                built("FROM scratch\nADD --unpack=true made.archive /\n");
        Files.delete(archive);
        assertThat(ours).isEqualTo(directory(expected));
    }

    /// A tree made up from a seed: files, directories, links of both kinds, odd modes and owners.
    private static Path tree(int seed) throws Exception {
        Path root = Files.createTempDirectory(work, "tree");
        Random random = new Random(seed);
        StringBuilder script = new StringBuilder("umask 022\n");
        String at = ".";
        for (int i = 0; i < 120; i++) {
            String name = at + "/n" + random.nextInt(40);
            switch (random.nextInt(6)) {
                case 0, 1 -> script.append("[ -e %s ] || echo %d > %s\n".formatted(name, i, name));
                case 2 -> {
                    script.append("[ -e %s ] || [ -L %s ] || mkdir %s\n"
                            .formatted(name, name, name));
                    script.append("[ ! -d %s ] || mkdir -p %s/deep\n".formatted(name, name));
                }
                case 3 -> script.append("[ -e %s ] || ln -sfn ../n%d %s\n"
                        .formatted(name, random.nextInt(40), name));
                case 4 -> script.append("[ ! -f ./n1 ] || [ -e %s ] || ln -f ./n1 %s\n"
                        .formatted(name, name));
                default -> script.append("[ -L %s ] || [ ! -e %s ] || chmod %o %s\n"
                        .formatted(name, name, 0700 | random.nextInt(07777), name));
            }
            if (random.nextInt(9) == 0) {
                script.append("[ ! -f %s ] || chown %d:%d %s\n"
                        .formatted(name, random.nextInt(9999), random.nextInt(9999), name));
            }
        }
        script.append("find . -exec touch -h -d '2024-05-06 07:08:09' {} +\n");
        Tool.shell(root, script.toString());
        return root;
    }

    @ParameterizedTest
    @ValueSource(strings = {"cat", "gzip", "zstd"})
    void contextFromStandardInput_isTheDirectory(String program) throws Exception {
        Path copy = Files.createTempDirectory(work, "context");
        Tool.shell(work, "cp -a context/. " + copy);
        Files.writeString(copy.resolve("Dockerfile"), "FROM scratch\nCOPY . /all\n");
        Files.writeString(copy.resolve(".dockerignore"), "special\n*.txt\n!a.txt\n");
        Tool.shell(copy, "touch -d 2024-01-01 Dockerfile .dockerignore");
        // An image's id holds when it was made: that is fixed, and after all files.
        Map<String, String> epoch = Map.of("SOURCE_DATE_EPOCH", "2000000000");
        Slipway timeless = new Slipway(slipway.home(), epoch);
        String fromDirectory = timeless.run("build", "-q", copy.toString());
        Path archive = work.resolve("context.archive");
        Tool.shell(
                copy,
                "tar --format=pax -cf - . | %s > %s".formatted(program, archive));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        PrintStream text = new PrintStream(output, true, StandardCharsets.UTF_8);
        try (InputStream in = Files.newInputStream(archive)) {
            Map<String, String> environment =
                    Map.of(
                            "SLIPWAY_HOME",
                            work.resolve("other-" + program).toString(),
                            "SOURCE_DATE_EPOCH",
                            "2000000000");
            int code = Main.run(new String[] {"build", "-q", "-"}, environment, in, text, text);
            assertThat(code).as(output.toString(StandardCharsets.UTF_8)).isZero();
        }
        assertThat(lastLine(output.toString(StandardCharsets.UTF_8)))
                .isEqualTo(lastLine(fromDirectory));
    }

    /// The last line is the image's id; what is before may be warnings.
    private static String lastLine(String output) {
        String[] lines = output.strip().split("\n", -1);
        return lines[lines.length - 1];
    }

    @Test
    void namedContext_isTheStageThatCopiesIt() throws Exception {
        SortedMap<String, String> stage =
                built("FROM scratch AS s\nCOPY dir /\nFROM scratch\nCOPY --from=s . /to/\n");
        SortedMap<String, String> named =
                built(
                        "FROM scratch\nCOPY --from=s . /to/\n",
                        "--build-context",
                        "s=" + context.resolve("dir"));
        assertThat(named).isEqualTo(stage);
    }

    @Test
    void exclude_isTheIgnoreFile() throws Exception {
        SortedMap<String, String> flags =
                built(
                        "FROM scratch\nCOPY --exclude=*.tar* --exclude=dir/**/t* --exclude=hard*"
                                + " . /all\n");
        Path ignore = Files.writeString(work.resolve("ignore"), "*.tar*\ndir/**/t*\nhard*\n");
        SortedMap<String, String> ignored =
                built("FROM scratch\nCOPY . /all\n", "--ignorefile", ignore.toString());
        assertThat(flags).isEqualTo(ignored);
    }
}
