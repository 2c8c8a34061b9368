package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.distribution.Registries;
import dev.slipway.distribution.RegistrySettings;
import dev.slipway.image.compress.Compression;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Builds of many steps (of two layers, which are written once): twice as many take twice as much,
/// and all that a few steps can do works for results that are kept in blocks.
class BuildSizeTest {
    private static final int STEPS = 2 * ResultBlock.CHANGES + 20;

    @TempDir Path directory;
    private Bench here;
    private Bench there;

    @BeforeEach
    void open() throws IOException {
        here = Bench.in(directory.resolve("here")).file("a", "content").file("b", "more");
        there = Bench.in(directory.resolve("there")).file("a", "content").file("b", "more");
    }

    @AfterEach
    void close() throws IOException {
        here.close();
        there.close();
    }

    private static String dockerfile(int steps) {
        return "FROM scratch\nCOPY a /\n" + "COPY b /\n".repeat(steps - 1);
    }

    private static long bytes(Path tree) throws IOException {
        long bytes = 0;
        try (var files = Files.walk(tree)) {
            for (var file : (Iterable<Path>) files::iterator) {
                bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
        }
        return bytes;
    }

    @Test
    void store_growsWithTheNumberOfSteps() throws Exception {
        here.build(dockerfile(STEPS));
        there.build(dockerfile(2 * STEPS));
        long some = bytes(here.store().home().resolve("cache"));
        assertThat(bytes(there.store().home().resolve("cache"))).isLessThan(some * 5 / 2);
    }

    @Test
    void secondBuild_findsAll_andAfterAChange_whatHoldsTheSame() throws Exception {
        var first = here.build(dockerfile(STEPS));
        here.reopen();
        assertThat(here.build(dockerfile(STEPS)).manifest()).isEqualTo(first.manifest());
        assertThat(here.made()).isEmpty();
        // The first is another instruction that does the same: all others are found one by one, by
        // what they hold.
        var other = dockerfile(STEPS).replace("COPY a /\n", "COPY a /.\n");
        assertThat(here.build(other).layers()).isEqualTo(first.layers());
        assertThat(here.made()).containsExactly("COPY a /.");
    }

    @Test
    void change_isTheReasonOfAllAboveIt() throws Exception {
        here.build(dockerfile(STEPS));
        here.file("a", "changed").build(dockerfile(STEPS));
        assertThat(here.reasons())
                .hasSize(STEPS)
                .filteredOn(reason -> reason.startsWith("COPY b"))
                .hasSize(STEPS - 1)
                .allMatch(reason -> reason.contains("step 1 above is done anew"));
    }

    @Test
    void lostBlock_isAMiss_andComesBack() throws Exception {
        var first = here.build(dockerfile(STEPS));
        for (var file : blocks()) {
            Files.write(file, new byte[] {1});
        }
        here.reopen();
        assertThat(here.build(dockerfile(STEPS)).layers()).isEqualTo(first.layers());
        here.reopen();
        here.build(dockerfile(STEPS));
        assertThat(here.made()).isEmpty();
    }

    private List<Path> blocks() throws IOException {
        try (var files = Files.list(here.store().home().resolve("cache/results"))) {
            return files.toList();
        }
    }

    @Test
    void prune_dropsBlocksThatNoRecordBeginsWith() throws Exception {
        here.build(dockerfile(STEPS));
        assertThat(blocks()).hasSize(2);
        here.reopen();
        var cache = new BuildCache(here.store());
        var now = Instant.now();
        var none =
                new BuildCache.Prune(CacheFilter.ALL, null, new CacheLimits(Long.MAX_VALUE, 0, 0));
        cache.prune(here.store(), none, now);
        here.build(dockerfile(STEPS));
        assertThat(here.made()).isEmpty();
        here.reopen();
        cache.prune(here.store(), BuildCache.Prune.ALL, now);
        assertThat(blocks()).isEmpty();
    }

    @Test
    void archive_holdsBlocks() throws Exception {
        var first = here.build(dockerfile(STEPS));
        var out = new ByteArrayOutputStream();
        var warnings = new ArrayList<String>();
        CacheExport.write(
                here.store(),
                CacheFilter.ALL,
                new Compression.Zstd(3),
                out,
                warnings::add,
                Instant.now());
        CacheImport.read(
                there.store(),
                new ByteArrayInputStream(out.toByteArray()),
                new CacheImport.Wanted(true, true, false),
                warnings::add);
        there.reopen();
        assertThat(there.build(dockerfile(STEPS)).manifest()).isEqualTo(first.manifest());
        assertThat(there.made()).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void cacheElsewhere_holdsBlocks() throws Exception {
        var place = new RemoteCaches.DirectoryPlace(directory.resolve("cache"), "latest");
        var to = new RemoteCaches.Target(place, true, false, null, false, true);
        var first = here.build(dockerfile(STEPS), it -> it.caches(caches(List.of(), List.of(to))));
        var from = new RemoteCaches.Source(place, false);
        var second =
                there.build(dockerfile(STEPS), it -> it.caches(caches(List.of(from), List.of())));
        assertThat(second.manifest()).isEqualTo(first.manifest());
        assertThat(there.made()).isEmpty();
        var records = new DirectoryCachePlace(place).read(there.store()).orElseThrow().records();
        var own = CacheFormat.records(List.copyOf(records.values()));
        assertThat(own.length).isLessThan(STEPS * 16 * 1024);
    }

    private static RemoteCaches caches(
            List<RemoteCaches.Source> from, List<RemoteCaches.Target> to) {
        return new RemoteCaches(
                from,
                to,
                false,
                listener -> new Registries(RegistrySettings.of(Map.of()), listener));
    }
}
