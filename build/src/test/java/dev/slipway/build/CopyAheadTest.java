package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.Digest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Random;

/// Large files that nothing is known of are copied before the key of their step is known.
class CopyAheadTest {
    private static final String COPY = "FROM busybox AS one\nCOPY big /in/big\n";

    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.in(directory);
        write(bench, 1);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private static void write(Bench bench, long seed) throws IOException {
        byte[] content = new byte[(33 << 20) + 7];
        new Random(seed).nextBytes(content);
        Path file = Files.write(bench.context.resolve("big"), content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000)); // which the layer has
    }

    private Digest layer(BuildResult result) throws IOException {
        return bench.config(result).diffIds().getLast();
    }

    private void assertNothingIsLeft() {
        assertThat(bench.home.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void layer_isTheOneThatIsMadeAfterTheKey() throws Exception {
        var ahead = bench.build(COPY);
        assertThat(bench.made()).containsExactly("COPY big /in/big");
        try (var other = Bench.in(Files.createDirectory(directory.resolve("other")))) {
            write(other, 2);
            other.build(COPY);
            write(other, 1);
            var after = other.build(COPY); // known, so that it is looked for first
            assertThat(other.made()).containsExactly("COPY big /in/big");
            assertThat(other.config(after).diffIds().getLast()).isEqualTo(layer(ahead));
        }
        bench.build(COPY);
        assertThat(bench.made()).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void resultIsFoundNevertheless_dropsTheCopy() throws Exception {
        var first = bench.build(COPY);
        // As a checkout leaves it: nothing is known of a file with another time.
        write(bench, 1);
        var found = bench.build(COPY.replace("one", "two"));
        assertThat(bench.made()).isEmpty();
        assertThat(layer(found)).isEqualTo(layer(first));
        assertNothingIsLeft();
    }

    @Test
    void noCache_makesTheSame() throws Exception {
        var first = bench.build(COPY);
        write(bench, 1);
        var again = bench.build(COPY, request -> request.noCache(true));
        assertThat(bench.made()).containsExactly("COPY big /in/big");
        assertThat(layer(again)).isEqualTo(layer(first));
        assertNothingIsLeft();
    }

    @Test
    void destinationThatCannotBe_isToldOnce() throws Exception {
        assertThatThrownBy(() -> bench.build("FROM busybox\nCOPY --chown=nobody9 big /in/\n"))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("nobody9");
        assertNothingIsLeft();
    }

    @Test
    void failureElsewhere_dropsTheCopy() throws Exception {
        assertThatThrownBy(() -> bench.build("FROM busybox\nCOPY big /in/\nCOPY none /in/\n"))
                .isInstanceOf(BuildException.class);
        assertNothingIsLeft();
    }
}
