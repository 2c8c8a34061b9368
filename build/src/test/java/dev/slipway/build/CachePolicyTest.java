package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipway.build.record.BuildRecords;
import dev.slipway.image.Collector;
import dev.slipway.image.Store;
import dev.slipway.linux.FileLock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// What is meant by filters, limits and policies, and that nothing in use goes.
class CachePolicyTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final CachePolicy.Amounts AMOUNTS =
            new CachePolicy.Amounts() {
                @Override
                public long bytes(String text) {
                    return text.endsWith("g") ? Long.parseLong(text.replace("g", "")) << 30 : -1;
                }

                @Override
                public long nanos(String text) {
                    return text.endsWith("h")
                            ? Duration.ofHours(Long.parseLong(text.replace("h", ""))).toNanos()
                            : -1;
                }
            };

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

    @ParameterizedTest
    @CsvSource({
        "type=regular, true",
        "type==regular, true",
        "type!=regular, false",
        "type=exec.cachemount, false",
        "id=ab, true",
        "id=b, false",
        "id~=b.d$, true",
        "id!=abcd, false",
        "description~=apt, true",
        "description~=^apt, false",
        "inuse, false",
        "inuse=false, true",
        "inuse!=true, true",
        "shared, true",
        "private, false",
        "mutable, false",
        "immutable, true",
        "until=47h, true",
        "unused-for=49h, false",
        "'type=regular,shared', true",
        "'type=regular,inuse', false"
    })
    void filter_saysWhatIsMeant(String filter, boolean holds) {
        var used = NOW.minus(Duration.ofDays(2));
        var item =
                new BuildCache.Item(
                        BuildCache.Kind.STEP, "abcd", "RUN apt update", 7, used, used, false, true);
        assertThat(CacheFilter.parse(List.of(filter), AMOUNTS).holds(item, NOW)).isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "colour=red",
                "until=soon",
                "id~=(",
                "type<regular",
                "inuse=perhaps",
                "type",
                ""
            })
    void filter_wrong_saysSo(String filter) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CacheFilter.parse(List.of(filter), AMOUNTS));
    }

    @ParameterizedTest
    @CsvSource({
        // reserved, max, min free, total, free, kept
        "0, 0, 0, 100, 5, 0",
        "0, 60, 0, 100, 5, 60",
        "0, 0, 20, 100, 5, 85",
        "0, 0, 20, 100, 50, 100",
        "0, 60, 90, 100, 5, 15",
        "30, 60, 90, 100, 5, 30",
        "30, 10, 0, 100, 5, 30",
        "0, 0, 500, 100, 5, 1"
    })
    void limits_asBuildKitReckons(
            long reserved, long max, long free, long total, long now, long kept) {
        assertThat(new CacheLimits(reserved, max, free).keep(total, now)).isEqualTo(kept);
    }

    private CachePolicy policy(String json) throws IOException {
        Files.writeString(bench.store().home().resolve(CachePolicy.FILE), json);
        return CachePolicy.of(bench.store(), AMOUNTS);
    }

    @Test
    void policy_fromTheFile() throws Exception {
        var policy =
                policy(
                        """
                        {"rules": [{"filter": ["type=regular"], "unusedFor": "48h", "reservedSpace": "1g"},
                                   {"maxUsedSpace": "50%", "minFreeSpace": "2g"}],
                         "builds": 7, "buildsFor": "24h", "every": "0h"}
                        """);
        long disk = Files.getFileStore(directory).getTotalSpace();
        assertThat(policy.rules().get(0).unusedFor()).isEqualTo(Duration.ofDays(2));
        assertThat(policy.rules().get(0).limits()).isEqualTo(new CacheLimits(1L << 30, 0, 0));
        assertThat(policy.rules().get(1).limits())
                .isEqualTo(new CacheLimits(0, disk / 100 * 50, 2L << 30));
        assertThat(policy.builds()).isEqualTo(7);
        assertThat(CachePolicy.isDue(bench.store().home(), NOW, policy.every())).isFalse();
        assertThat(policy("{}").rules()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "{\"rule\": []}",
                "{\"rules\": [{\"maxUsed\": \"1g\"}]}",
                "{\"rules\": [{\"maxUsedSpace\": \"much\"}]}",
                "{\"rules\": [{\"maxUsedSpace\": \"101%\"}]}",
                "{\"rules\": [{\"unusedFor\": \"long\"}]}",
                "{\"rules\": [{\"filter\": [\"x=y\"]}]}"
            })
    void policy_wrong_saysSoAndNamesTheFile(String json) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy(json))
                .withMessageContaining("gc.json");
    }

    @Test
    void apply_forgetsOldSteps_andNotesWhen() throws Exception {
        bench.build("FROM scratch\nCOPY a /\n");
        bench.reopen();
        var policy = policy("{\"rules\": [{\"unusedFor\": \"48h\"}], \"every\": \"24h\"}");
        var home = bench.store().home();
        var now = Instant.now();
        assertThat(CachePolicy.isDue(home, now, policy.every())).isTrue();
        assertThat(policy.apply(bench.store(), now)).isEmpty();
        assertThat(CachePolicy.isDue(home, now, policy.every())).isFalse();
        var later = now.plus(Duration.ofDays(3));
        assertThat(CachePolicy.isDue(home, later, policy.every())).isTrue();
        assertThat(policy.apply(bench.store(), later)).hasSize(1);
    }

    @Test
    void apply_twiceAtOnce_theSecondDoesNothing() throws Exception {
        bench.build("FROM scratch\nCOPY a /\n");
        bench.reopen();
        var policy = policy("{\"rules\": [{}]}");
        try (var _ = bench.store().lock("cache policy")) {
            assertThat(policy.apply(bench.store(), Instant.now())).isEmpty();
        }
        assertThat(policy.apply(bench.store(), Instant.now())).hasSize(1);
    }

    @Test
    void prune_leavesWhatAnotherProcessWorksWith() throws Exception {
        var result = bench.build("FROM scratch\nCOPY a /\n", r -> r.output(new Output.CacheOnly()));
        bench.reopen();
        try (var other = Store.open(bench.store().home())) {
            other.lease().use(result.layers());
            var cache = new BuildCache(bench.store());
            assertThat(cache.list()).extracting(BuildCache.Item::inUse).containsExactly(true);
            assertThat(cache.prune(bench.store(), BuildCache.Prune.ALL, Instant.now())).isEmpty();
            new Collector(bench.store(), List.of(cache)).sweep();
            assertThat(bench.store().layers().list()).containsAll(result.layers());
        }
        var cache = new BuildCache(bench.store());
        assertThat(cache.prune(bench.store(), BuildCache.Prune.ALL, Instant.now())).hasSize(1);
    }

    @Test
    void prune_leavesAMountInUse() throws Exception {
        var mount =
                Files.createDirectories(bench.store().home().resolve("cache/mounts").resolve("m"));
        Files.createDirectory(mount.resolve("shared"));
        Files.writeString(mount.resolve("id"), "an id");
        var cache = new BuildCache(bench.store());
        try (var _ = FileLock.shared(mount.resolve("shared.lock"))) {
            assertThat(cache.list()).extracting(BuildCache.Item::inUse).containsExactly(true);
            assertThat(cache.prune(bench.store(), BuildCache.Prune.ALL, Instant.now())).isEmpty();
            assertThat(mount.resolve("shared")).isDirectory();
        }
        assertThat(cache.prune(bench.store(), BuildCache.Prune.ALL, Instant.now()))
                .extracting(BuildCache.Item::description)
                .containsExactly("an id");
        assertThat(mount).doesNotExist();
    }

    @Test
    void item_isShared_whileAnImageHasItsLayer() throws Exception {
        bench.build("FROM scratch\nCOPY a /\n", r -> r.tag("x"));
        bench.build("FROM scratch\nCOPY b /\n", r -> r.output(new Output.CacheOnly()));
        assertThat(Set.copyOf(new BuildCache(bench.store()).list()))
                .extracting(item -> item.description().contains("COPY a") == item.shared())
                .containsOnly(true);
    }

    @Test
    void dropBuilds_keepsTheNewestAndTheYoung() throws Exception {
        for (int i = 0; i < 4; i++) {
            bench.build("FROM scratch\nCOPY a /\n");
        }
        var cache = new BuildCache(bench.store());
        var records = new BuildRecords(bench.store().home());
        cache.dropBuilds(0, Duration.ofDays(1), Instant.now());
        assertThat(records.list()).hasSize(4);
        var newest = records.list().getFirst().id();
        cache.dropBuilds(1, Duration.ZERO, Instant.now().plusSeconds(1));
        assertThat(records.list()).extracting(b -> b.id()).containsExactly(newest);
    }
}
