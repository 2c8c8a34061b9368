package dev.slipway.image;

import static dev.slipway.image.SampleImages.name;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Removed.Kind;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

class CollectorTest {
    @TempDir Path temp;
    private Path home;

    @BeforeEach
    void home() {
        home = temp.resolve("store");
    }

    @Test
    void prune_takesDanglingImagesOnly() throws Exception {
        try (Store store = Store.open(home)) {
            store.images().tag(name("named"), SampleImages.make(store, "shared", "named"));
            store.images().keepDangling(SampleImages.make(store, "shared", "dangling"));
        }
        try (Store store = Store.open(home)) {
            Reclaimed reclaimed = new Collector(store, List.of()).prune(PruneFilter.DANGLING);
            assertThat(reclaimed.bytes()).isPositive();
            assertThat(count(reclaimed, Kind.IMAGE)).isEqualTo(1);
            assertThat(count(reclaimed, Kind.LAYER)).isEqualTo(1);
            assertThat(count(reclaimed, Kind.BLOB)).isEqualTo(2);
            assertThat(reclaimed.removed()).allSatisfy(r -> assertThat(r.reason()).isNotBlank());
            assertThat(new ImageCatalog(store).load("named", null).layers()).hasSize(2);
            assertThat(new Collector(store, List.of()).prune(PruneFilter.DANGLING).removed())
                    .filteredOn(r -> r.kind() != Kind.LOCK)
                    .isEmpty();
        }
    }

    @Test
    void prune_allTakesEverythingWithTheTags() throws Exception {
        try (Store store = Store.open(home)) {
            store.images().tag(name("a"), SampleImages.make(store, "a"));
            store.images().tag(name("b"), SampleImages.make(store, "b"));
        }
        try (Store store = Store.open(home)) {
            new Collector(store, List.of()).prune(PruneFilter.ALL);
            assertThat(store.images().list()).isEmpty();
            assertThat(store.blobs().list()).isEmpty();
            assertThat(store.layers().list()).isEmpty();
            assertThat(SampleImages.files(store, "tmp")).isEmpty();
        }
    }

    @Test
    void prune_filtersByAgeAndLabel() throws Exception {
        try (Store store = Store.open(home)) {
            store.images().tag(name("keep"), labelled(store, "keep", "yes"));
            store.images().tag(name("drop"), labelled(store, "drop", "yes"));
        }
        try (Store store = Store.open(home)) {
            var collector = new Collector(store, List.of());
            Instant before = SampleImages.CREATED;
            collector.prune(new PruneFilter(true, before, List.of()));
            assertThat(store.images().list()).hasSize(2);
            var keep = LabelFilter.parse("keep=yes", true);
            collector.prune(new PruneFilter(true, before.plusSeconds(1), List.of(keep)));
            assertThat(store.images().list())
                    .extracting(NamedImage::name)
                    .containsExactly(name("keep"));
            collector.prune(
                    new PruneFilter(true, null, List.of(LabelFilter.parse("keep=no", false))));
            assertThat(store.images().list()).hasSize(1);
        }
    }

    private static Descriptor labelled(Store store, String key, String value) throws Exception {
        return SampleImages.make(store, SampleImages.AMD64, Map.of(key, value), key);
    }

    @Test
    void sweep_neverTouchesWhatALiveLeaseHolds() throws Exception {
        try (Store builder = Store.open(home);
                Store pruner = Store.open(home)) {
            Descriptor image = SampleImages.make(builder, "in the making");
            new Collector(pruner, List.of()).prune(PruneFilter.ALL);
            assertThat(builder.blobs().contains(image.digest())).isTrue();
            assertThat(Image.load(builder, image, null).layers()).hasSize(1);
            Path temp = builder.newTemp("work");
            new Collector(pruner, List.of()).sweep();
            assertThat(temp).isDirectory();
        }
        try (Store pruner = Store.open(home)) {
            new Collector(pruner, List.of()).sweep();
            assertThat(pruner.blobs().list()).isEmpty();
            assertThat(pruner.layers().list()).isEmpty();
        }
    }

    @Test
    void sweep_keepsWhatRootsName() throws Exception {
        Digest layer;
        try (Store store = Store.open(home)) {
            layer = SampleImages.layer(store, "cached", "result of a step").diffId();
            SampleImages.layer(store, "other", "garbage");
        }
        try (Store store = Store.open(home)) {
            new Collector(store, List.of((_, marks) -> marks.keep(layer))).sweep();
            assertThat(store.layers().list()).containsExactly(layer);
        }
    }

    @Test
    void prune_allSparesImagesThatContainersUseNotThoseOnlyCached() throws Exception {
        try (Store store = Store.open(home)) {
            store.images().tag(name("run"), SampleImages.make(store, "run"));
            store.images().tag(name("cached"), SampleImages.make(store, "cached"));
        }
        try (Store store = Store.open(home)) {
            Descriptor run = store.images().find(name("run")).orElseThrow();
            Descriptor cached = store.images().find(name("cached")).orElseThrow();
            Roots roots =
                    (_, marks) -> {
                        marks.useImage(run, "container c1");
                        marks.keepImage(cached);
                    };
            new Collector(store, List.of(roots)).prune(PruneFilter.ALL);
            assertThat(store.images().list())
                    .extracting(NamedImage::name)
                    .containsExactly(name("run"));
            assertThat(store.blobs().contains(cached.digest())).isTrue();
        }
    }

    @Test
    void sweep_keepsCompressedFormsOfLayersInUse() throws Exception {
        Descriptor blob;
        try (Store store = Store.open(home)) {
            Descriptor image = SampleImages.make(store, "a");
            store.images().tag(name("a"), image);
            Layer layer = Image.load(store, image, null).layers().getFirst();
            blob = layer.compress(dev.slipway.image.compress.Compression.gzip());
        }
        try (Store store = Store.open(home)) {
            new Collector(store, List.of()).sweep();
            assertThat(store.blobs().contains(blob.digest())).isTrue();
        }
        try (Store store = Store.open(home)) {
            new Collector(store, List.of()).prune(PruneFilter.ALL);
            assertThat(store.blobs().contains(blob.digest())).isFalse();
        }
    }

    @Test
    void sweep_removesWhatDeadProcessesLeft() throws Exception {
        try (Store store = Store.open(home)) {
            store.lease(); // from now on only the collector looks for dead leases
            Path left = home.resolve("tmp/99999-dead-1.1.layer");
            Files.createDirectories(left.resolve("tree"));
            Files.writeString(left.resolve("tree/file"), "x".repeat(10_000));
            Path orphan = Files.writeString(home.resolve("tmp/88888-gone-1.1.blob"), "x");
            Path lease = home.resolve("leases/99999-dead-1");
            Files.writeString(lease, "99999 1 another-boot\n");
            Reclaimed reclaimed = new Collector(store, List.of()).sweep();
            assertThat(left).doesNotExist();
            assertThat(orphan).doesNotExist();
            assertThat(lease).doesNotExist();
            assertThat(count(reclaimed, Kind.TEMPORARY)).isEqualTo(2);
            assertThat(reclaimed.bytes()).isGreaterThan(10_000);
        }
    }

    @Test
    void open_ofALeaseSweepsTheDead() throws Exception {
        Store.open(home).close();
        Path left = Files.createDirectories(home.resolve("tmp/99999-dead-1.1.layer"));
        Files.writeString(home.resolve("leases/99999-dead-1"), "99999 1 another-boot\n");
        try (Store store = Store.open(home)) {
            store.lease();
            assertThat(left).doesNotExist();
        }
    }

    @Test
    void usage_tellsImagesFromCacheAndGarbage() throws Exception {
        try (Store store = Store.open(home)) {
            Descriptor image = SampleImages.make(store, "x".repeat(100_000));
            store.images().tag(name("a"), image);
            Digest cached = SampleImages.layer(store, "c", "y".repeat(200_000)).diffId();
            SampleImages.layer(store, "g", "z".repeat(400_000));
            Roots cache = (_, marks) -> marks.keep(cached);
            StoreUsage usage = StoreUsage.measure(store, List.of(cache));
            assertThat(usage.images()).isEqualTo(1);
            assertThat(usage.imagesInUse()).isZero();
            assertThat(usage.imageBytes()).isBetween(100_000L, 200_000L);
            assertThat(usage.imageReclaimableBytes()).isEqualTo(usage.imageBytes());
            assertThat(usage.cacheObjects()).isEqualTo(1);
            assertThat(usage.cacheBytes()).isBetween(200_000L, 300_000L);
            assertThat(usage.unusedBytes()).isBetween(400_000L, 500_000L);
        }
    }

    private static long count(Reclaimed reclaimed, Kind kind) {
        return reclaimed.removed().stream().filter(r -> r.kind() == kind).count();
    }
}
