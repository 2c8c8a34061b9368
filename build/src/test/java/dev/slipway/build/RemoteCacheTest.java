package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.distribution.Registries;
import dev.slipway.distribution.RegistrySettings;
import dev.slipway.image.Digest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// Caches from elsewhere whose records are whole, found, and wrong.
class RemoteCacheTest {
    private static final String DOCKERFILE = "FROM scratch\nCOPY a /\nWORKDIR /w\nCOPY a /b\n";

    @TempDir Path directory;
    private Bench here;
    private Bench there;

    @BeforeEach
    void open() throws IOException {
        here = Bench.in(directory.resolve("here"));
        there = Bench.in(directory.resolve("there"));
        here.file("a", "content");
        there.file("a", "content");
    }

    @AfterEach
    void close() throws IOException {
        here.close();
        there.close();
    }

    private RemoteCaches.DirectoryPlace place() {
        return new RemoteCaches.DirectoryPlace(directory.resolve("cache"), "latest");
    }

    private RemoteCaches caches(List<RemoteCaches.Source> from, List<RemoteCaches.Target> to) {
        return new RemoteCaches(
                from,
                to,
                false,
                listener -> new Registries(RegistrySettings.of(Map.of()), listener));
    }

    /// Builds here with a cache, changes its records, and builds there from it.
    private BuildResult buildFrom(UnaryOperator<CacheRecord> change) throws Exception {
        var to = new RemoteCaches.Target(place(), true, false, null, false, true);
        here.build(DOCKERFILE, it -> it.caches(caches(List.of(), List.of(to))));
        var cache = new DirectoryCachePlace(place());
        var contents = cache.read(here.store()).orElseThrow();
        var records = new ArrayList<CacheRecord>();
        for (var record : new TreeMap<>(contents.records()).values()) {
            records.add(change.apply(record));
        }
        cache.write(
                here.store(), new CacheOutput(records, contents.layers(), List.of(), List.of()));
        var from = new RemoteCaches.Source(place(), false);
        return there.build(DOCKERFILE, it -> it.caches(caches(List.of(from), List.of())));
    }

    private static CacheRecord with(CacheRecord record, Snapshot result) {
        return new CacheRecord(
                record.name(),
                record.definition(),
                record.definitionInputs(),
                record.contentInputs(),
                result);
    }

    @Test
    void record_asItWas_isOfUse() throws Exception {
        assertThat(buildFrom(record -> record).madeSteps()).isZero();
    }

    @Test
    void record_withTooFewChanges_isPassedOver() throws Exception {
        var result =
                buildFrom(record -> {
                    var all = record.result();
                    return with(record, Snapshot.of(all.base(), List.of(all.last())));
                });
        assertThat(result.layers()).hasSize(3);
        assertThat(there.warnings()).anyMatch(each -> each.contains("wrong, it is done anew"));
    }

    @Test
    void record_onAnotherBase_isPassedOver() throws Exception {
        var stranger = Digest.sha256("stranger".getBytes(StandardCharsets.UTF_8));
        var result =
                buildFrom(record ->
                        with(record, Snapshot.of(List.of(stranger), record.result().changes())));
        assertThat(result.layers()).hasSize(3).doesNotContain(stranger);
    }

    /// A record begins with a checksum of its own, which anybody can make.
    @Test
    void record_thatIsNone_isPassedOver() throws Exception {
        for (var body : List.of("name", "is\tone\n", "change\t-\n", "base\t\n", "x")) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            var sum = HexFormat.of().formatHex(KeyHash.sha256().digest(bytes));
            byte[] file = ("slipway-step 1 " + sum + "\n" + body).getBytes(StandardCharsets.UTF_8);
            assertThat(CacheRecord.decode(file, ResultBlock.Blocks.NONE)).as(body).isNull();
            var list = (file.length + "\n").getBytes(StandardCharsets.UTF_8);
            var all = new byte[list.length + file.length];
            System.arraycopy(list, 0, all, 0, list.length);
            System.arraycopy(file, 0, all, list.length, file.length);
            assertThat(CacheFormat.parse(all)).as(body).isEmpty();
        }
    }

    @Test
    void config_withoutSense_isAFailureOfTheCache() throws Exception {
        var blob = Digest.sha256(new byte[1]);
        var config =
                "{\"layers\":[{\"blob\":\""
                        + blob
                        + "\",\"annotations\":{\"diffID\":\""
                        + blob
                        + "\",\"size\":-5}}]}";
        var contents =
                CacheContents.of(
                        config.getBytes(StandardCharsets.UTF_8), (descriptor, max) -> new byte[0]);
        assertThat(contents.layers()).isEmpty();
        assertThat(contents.maker()).isEqualTo(CacheContents.Maker.BUILDKIT);
    }
}
