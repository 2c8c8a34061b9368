package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.History;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

class SquashTest {
    private static final String DOCKERFILE =
            """
            FROM busybox AS first
            COPY a.txt b.txt /one/
            COPY c.txt /one/
            FROM first
            COPY a.txt /two/
            ENV X=1
            COPY b.txt /two/
            COPY c.txt /two/
            """;

    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.in(directory);
        bench.file("a.txt", "a\n").file("b.txt", "b\n").file("c.txt", "c\n");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private BuildResult build(Squash squash) throws Exception {
        var packaging = new Packaging(squash, List.of(), null, List.of(), null);
        return bench.build(DOCKERFILE, r -> r.packaging(packaging));
    }

    private List<String> withLayer(BuildResult result) throws IOException {
        return bench.config(result).history().stream()
                .filter(h -> !h.emptyLayer())
                .map(History::createdBy)
                .toList();
    }

    private void sameFiles(BuildResult result) throws IOException {
        for (var dir : List.of("one", "two")) {
            for (var file : List.of("a", "b", "c")) {
                assertThat(bench.text(result, dir + "/" + file + ".txt")).isEqualTo(file + "\n");
            }
        }
        assertThat(bench.exists(result, "bin/busybox")).isTrue();
    }

    @Test
    void squash_new_makesOneLayerOfTheBuildsOwn() throws Exception {
        var plain = bench.build(DOCKERFILE);
        var result = build(Squash.NEW);
        assertThat(result.layers()).hasSize(2).first().isEqualTo(plain.layers().getFirst());
        assertThat(withLayer(result)).hasSize(2).last().asString().contains("COPY c.txt /two/");
        assertThat(bench.config(result).history()).hasSameSizeAs(bench.config(plain).history());
        assertThat(bench.config(result).config()).isEqualTo(bench.config(plain).config());
        sameFiles(result);
    }

    @Test
    void squash_all_makesOneLayer() throws Exception {
        var result = build(Squash.ALL);
        assertThat(result.layers()).hasSize(1);
        assertThat(withLayer(result)).hasSize(1);
        sameFiles(result);
    }

    @Test
    void squash_stage_makesALayerForEach() throws Exception {
        var result = build(Squash.STAGE);
        assertThat(result.layers()).hasSize(3);
        assertThat(withLayer(result)).hasSize(3).element(1).asString().contains("c.txt /one/");
        sameFiles(result);
    }

    @Test
    void squash_keepsTheCache() throws Exception {
        bench.build(DOCKERFILE);
        var first = build(Squash.NEW);
        assertThat(bench.made()).isEmpty();
        assertThat(bench.events)
                .anyMatch(e ->
                        e instanceof BuildEvent.TaskStarted task
                                && task.name().equals("squashing 5 layers"));
        var second = build(Squash.NEW);
        assertThat(second.manifest()).isEqualTo(first.manifest());
        assertThat(bench.events).noneMatch(e -> e instanceof BuildEvent.TaskStarted);
        bench.file("c.txt", "changed\n");
        var third = build(Squash.NEW);
        assertThat(bench.made()).hasSize(4).doesNotContain("COPY a.txt b.txt /one/");
        assertThat(third.layers()).hasSize(2);
    }
}
