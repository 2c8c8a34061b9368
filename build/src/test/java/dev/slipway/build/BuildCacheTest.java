package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Collector;
import dev.slipway.image.PruneFilter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

class BuildCacheTest {
    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.in(directory);
        bench.file("a", "x").file("b", "y");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void collect_keepsLayersOfRecords_untilTheyAreForgotten() throws Exception {
        var dockerfile = "FROM scratch\nCOPY a /\nCOPY b /\n";
        var result = bench.build(dockerfile, r -> r.output(new Output.CacheOnly()));
        bench.reopen();
        var cache = new BuildCache(bench.store());
        new Collector(bench.store(), List.of(cache)).prune(PruneFilter.ALL);
        assertThat(bench.store().layers().list()).containsAll(result.layers());
        bench.reopen();
        bench.build(dockerfile);
        assertThat(bench.made()).isEmpty();

        bench.reopen();
        cache = new BuildCache(bench.store());
        assertThat(cache.list()).hasSize(2);
        var all = BuildCache.Prune.ALL;
        assertThat(cache.prune(bench.store(), all, Instant.now())).hasSize(2);
        new Collector(bench.store(), List.of(cache)).prune(PruneFilter.ALL);
        assertThat(bench.store().layers().list()).doesNotContainAnyElementsOf(result.layers());
        bench.reopen();
        bench.build(dockerfile);
        assertThat(bench.made()).hasSize(2);
    }

    @Test
    void prune_byAge_keepsWhatWasUsedSince() throws Exception {
        bench.build("FROM scratch\nCOPY a /\n");
        var cache = new BuildCache(bench.store());
        var old = new BuildCache.Prune(CacheFilter.ALL, Duration.ofDays(1), CacheLimits.NONE);
        assertThat(cache.prune(bench.store(), old, Instant.now())).isEmpty();
        assertThat(cache.prune(bench.store(), old, Instant.now().plus(Duration.ofDays(2))))
                .hasSize(1);
    }

    @Test
    void prune_bySize_forgetsTheLeastRecentlyUsed() throws Exception {
        bench.build("FROM scratch\nCOPY a /\n");
        bench.build("FROM scratch\nCOPY b /\n");
        var cache = new BuildCache(bench.store());
        long one = cache.list().getFirst().bytes();
        var forgotten =
                cache.prune(
                        bench.store(),
                        new BuildCache.Prune(CacheFilter.ALL, null, new CacheLimits(0, one, 0)),
                        Instant.now());
        assertThat(forgotten).hasSize(1);
        assertThat(cache.list()).hasSize(1);
    }

    @Test
    void build_layerLost_isAMiss() throws Exception {
        var dockerfile = "FROM scratch\nCOPY a /\n";
        bench.build(dockerfile, r -> r.output(new Output.CacheOnly()));
        bench.reopen();
        new Collector(bench.store(), List.of()).prune(PruneFilter.ALL);
        bench.reopen();
        bench.build(dockerfile);
        assertThat(bench.made()).containsExactly("COPY a /");
        assertThat(bench.reasons().getFirst()).contains("no longer in the store");
    }
}
