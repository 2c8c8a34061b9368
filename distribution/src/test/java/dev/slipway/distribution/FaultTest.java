package dev.slipway.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Image;
import dev.slipway.image.ImageException;
import dev.slipway.image.Layer;
import dev.slipway.image.Platform;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// Networks that fail: whatever happens, nothing wrong is kept, and what was moved is not moved
/// again.
class FaultTest {
    private static final Platform AMD64 = Platform.of("linux", "amd64");
    private static final int RUNS = System.getenv("CI") == null ? 60 : 300;

    /// Most of a run is waiting for the disk.
    private static final int AT_ONCE = 8;

    @TempDir private static Path shared;
    private static TestRegistry registry;

    @TempDir private Path directory;

    @BeforeAll
    static void start() throws Exception {
        registry = TestRegistry.plain(shared.resolve("registry"));
    }

    @AfterAll
    static void stop() {
        if (registry != null) {
            registry.close();
        }
    }

    @Test
    void anySequenceOfFaults_neverCommitsWhatIsWrong() throws Exception {
        var failed = new AtomicInteger();
        var runs = new ArrayList<Parallel.Task>();
        for (int i = 0; i < RUNS; i++) {
            int seed = i;
            runs.add(() -> failed.addAndGet(run(seed) ? 0 : 1));
        }
        Parallel.run(AT_ONCE, runs);
        // The rate is such that most transfers survive, and some do not.
        assertThat(failed).hasValueLessThan(RUNS / 2);
    }

    /// @return whether push and pull went through in spite of the faults
    private boolean run(int seed) throws IOException {
        var random = new Random(seed);
        Path home = Files.createDirectory(directory.resolve("run-" + seed));
        double rate = 0.05 + random.nextDouble() * 0.4;
        boolean through = true;
        try (FaultProxy proxy = new FaultProxy(registry.port(), seed, rate);
                Registries registries = Samples.registries(home);
                Store from = Store.open(home.resolve("a"));
                Store to = Store.open(home.resolve("b"))) {
            int large = 20_000 + random.nextInt(150_000);
            Descriptor image = Samples.image(from, AMD64, random, large, random.nextInt(3000));
            var name = Samples.name(proxy.host() + "/fault/run-" + seed + ":v1");
            var push = new Push(registries, from, Compression.gzip(), false, 32 << 10);
            try {
                push.push(image, name, null);
            } catch (ImageException _) {
                through = false;
            }
            proxy.behave();
            Pushed pushed = push.push(image, name, null);
            proxy.misbehave(rate);
            try {
                new Pull(registries, to).pull(name, AMD64);
            } catch (ImageException _) {
                through = false;
            }
            Samples.checkWhole(to);
            proxy.behave();
            Pulled pulled = new Pull(registries, to).pull(name, AMD64);
            assertThat(pulled.target().digest())
                    .as("seed " + seed)
                    .isEqualTo(pushed.target().digest());
            assertThat(Image.load(to, pulled.target(), AMD64).id())
                    .isEqualTo(Image.load(from, image, AMD64).id());
            Samples.checkWhole(to);
        }
        return through;
    }

    @Test
    void pull_ofABlobTheRegistryHasDamaged_namesIt() throws Exception {
        try (Registries registries = Samples.registries(directory);
                Store from = Store.open(directory.resolve("a"));
                Store to = Store.open(directory.resolve("b"))) {
            Descriptor image = Samples.image(from, AMD64, new Random(3), 10_000);
            var name = Samples.name(registry.host() + "/damaged:v1");
            new Push(registries, from, Compression.gzip(), false).push(image, name, null);
            var manifest = registries.repository(name).find("v1").orElseThrow().manifest();
            Digest layer = manifest.layers().getFirst().digest();
            Path data;
            try (Stream<Path> files = Files.walk(shared.resolve("registry"))) {
                data =
                        files.filter(f -> f.endsWith(Path.of(layer.hex(), "data")))
                                .findAny()
                                .orElseThrow();
            }
            byte[] bytes = Files.readAllBytes(data);
            bytes[bytes.length - 5] ^= 1; // of the checksum at the end of the gzip stream
            Files.write(data, bytes);

            assertThatThrownBy(() -> new Pull(registries, to).pull(name, AMD64))
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining("the blob " + layer + " came damaged");
            Samples.checkWhole(to);
            assertThat(to.blobs().contains(layer)).isFalse();
        }
    }

    @Test
    void pull_thatBrokeOff_goesOnInAnotherProcess() throws Exception {
        var name = "resume/pull:v1";
        try (FaultProxy proxy = new FaultProxy(registry.port(), 1, 0);
                Store from = Store.open(directory.resolve("a"))) {
            long size;
            try (Registries registries = Samples.registries(directory)) {
                Descriptor image = Samples.image(from, AMD64, new Random(1), 4_000_000);
                Pushed pushed =
                        new Push(registries, from, Compression.gzip(), false)
                                .push(image, Samples.name(proxy.host() + "/" + name), null);
                size = pushed.target().size();
            }
            assertThat(size).isPositive();
            Path home = directory.resolve("b");
            var listener = new Moved();
            // The first process is cut off by its user in the middle of the layer.
            try (Store to = Store.open(home);
                    Registries registries =
                            new Registries(Samples.settings(directory, Map.of()), listener)) {
                listener.stopAfter(1_000_000);
                Thread thread =
                        Thread.ofVirtual()
                                .start(() -> {
                                    try {
                                        new Pull(registries, to)
                                                .pull(
                                                        Samples.name(proxy.host() + "/" + name),
                                                        AMD64);
                                    } catch (IOException _) {
                                        // As meant.
                                    }
                                });
                listener.interruptWhenReached(thread);
                thread.join();
                assertThat(to.images().list()).isEmpty();
            }
            long kept = partBytes(home);
            assertThat(kept).isBetween(1L, 3_999_999L);

            try (Store to = Store.open(home);
                    Registries registries = Samples.registries(directory)) {
                new Pull(registries, to).pull(Samples.name(proxy.host() + "/" + name), AMD64);
                Samples.checkWhole(to);
            }
            assertThat(proxy.journal().toString()).contains("[bytes=" + kept + "-]");
        }
    }

    private static long partBytes(Path home) throws Exception {
        try (var files = Files.list(home.resolve("partial"))) {
            return files.mapToLong(f -> f.toFile().length()).sum();
        }
    }

    /// Interrupts a transfer once so many bytes were moved.
    private static final class Moved implements TransferListener {
        private long limit = Long.MAX_VALUE;
        private long moved;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch interrupted = new CountDownLatch(1);

        void stopAfter(long bytes) {
            limit = bytes;
        }

        void interruptWhenReached(Thread thread) throws InterruptedException {
            reached.await();
            thread.interrupt();
            interrupted.countDown();
        }

        @Override
        public synchronized void moved(Descriptor blob, long bytes) {
            moved += bytes;
            if (moved >= limit) {
                reached.countDown();
                try {
                    interrupted.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    @Test
    void push_thatBrokeOff_goesOnInAnotherProcess() throws Exception {
        try (FaultProxy proxy = new FaultProxy(registry.port(), 1, 0)) {
            var name = Samples.name(proxy.host() + "/resume/push:v1");
            Path home = directory.resolve("a");
            Descriptor image;
            try (Store from = Store.open(home);
                    Registries registries = Samples.registries(directory)) {
                image = Samples.image(from, AMD64, new Random(2), 2_000_000);
                proxy.cutAfter("PATCH", 5);
                var push = new Push(registries, from, Compression.gzip(), false, 200_000);
                assertThatThrownBy(() -> push.push(image, name, null))
                        .isInstanceOf(RegistryException.class);
            }
            proxy.behave();
            int before = proxy.journal().size();

            try (Store from = Store.open(home);
                    Registries registries = Samples.registries(directory)) {
                new Push(registries, from, Compression.gzip(), false, 200_000)
                        .push(image, name, null);
            }

            List<String> after = proxy.journal().subList(before, proxy.journal().size());
            assertThat(bytesPatched(after))
                    .as(String.join("\n", after))
                    .isBetween(1_200_000L, 1_300_000L);
            assertThat(after.toString()).doesNotContain("PATCH /v2/resume/push/blobs/uploads/ [0-");
        }
    }

    @Test
    void push_thatWasInterrupted_goesOnInAnotherProcess() throws Exception {
        try (FaultProxy proxy = new FaultProxy(registry.port(), 1, 0)) {
            var name = Samples.name(proxy.host() + "/resume/interrupted:v1");
            Path home = directory.resolve("a");
            Descriptor image;
            proxy.holdAfter("PATCH", 5);
            try (Store from = Store.open(home);
                    Registries registries = Samples.registries(directory)) {
                image = Samples.image(from, AMD64, new Random(5), 2_000_000);
                var push = new Push(registries, from, Compression.gzip(), false, 200_000);
                Thread thread =
                        Thread.ofVirtual()
                                .start(() -> {
                                    try {
                                        push.push(image, name, null);
                                    } catch (IOException _) {
                                        // As meant.
                                    }
                                });
                // The network is slower than the compression.
                Layer layer = Image.load(from, image, AMD64).layers().getFirst();
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                while (layer.blobs().stream().noneMatch(b -> b.mediaType().endsWith("gzip"))) {
                    assertThat(System.nanoTime()).isLessThan(end);
                    Thread.onSpinWait();
                    layer = Image.load(from, image, AMD64).layers().getFirst();
                }
                proxy.awaitHeld();
                thread.interrupt();
                thread.join();
            }
            proxy.behave();
            int before = proxy.journal().size();

            try (Store from = Store.open(home);
                    Registries registries = Samples.registries(directory)) {
                new Push(registries, from, Compression.gzip(), false, 200_000)
                        .push(image, name, null);
            }

            List<String> after = proxy.journal().subList(before, proxy.journal().size());
            assertThat(bytesPatched(after))
                    .as(String.join("\n", after))
                    .isBetween(1_200_000L, 1_300_000L);
        }
    }

    @Test
    void push_whileCompressing_sendsNoPieceSmallerThanTheRegistryWants() throws Exception {
        try (FaultProxy proxy = new FaultProxy(registry.port(), 1, 0);
                Store from = Store.open(directory.resolve("a"));
                Registries registries = Samples.registries(directory)) {
            proxy.wantChunks(300_000);
            Descriptor image = Samples.image(from, AMD64, new Random(6), 1_000_000);
            new Push(registries, from, Compression.gzip(), false, 200_000)
                    .push(image, Samples.name(proxy.host() + "/pieces:v1"), null);

            var pieces = new ArrayList<Long>();
            for (String line : proxy.journal()) {
                if (line.startsWith("PATCH")) {
                    pieces.add(Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)));
                }
            }
            assertThat(pieces).hasSizeGreaterThan(1);
            assertThat(pieces.subList(0, pieces.size() - 1)).allMatch(bytes -> bytes >= 300_000);
        }
    }

    private static long bytesPatched(List<String> requests) {
        long sent = 0;
        for (String line : requests) {
            if (line.startsWith("PATCH")) {
                sent += Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return sent;
    }

    @Test
    void registryThatStaysBroken_isGivenUp() throws Exception {
        try (FaultProxy proxy = new FaultProxy(registry.port(), 3, 1);
                Registries registries = Samples.registries(directory);
                Store store = Store.open(directory.resolve("a"))) {
            assertThatThrownBy(() ->
                            new Pull(registries, store)
                                    .pull(Samples.name(proxy.host() + "/no/way:v1"), AMD64))
                    .isInstanceOf(RegistryException.class);
            assertThat(proxy.journal()).hasSizeLessThan(40);
        }
    }
}
