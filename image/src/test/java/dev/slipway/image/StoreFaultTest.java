package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Processes that die or meet while they use one store.
class StoreFaultTest {
    private static final int KILLS = 8;

    @TempDir Path temp;
    private Path home;

    @BeforeEach
    void home() {
        home = temp.resolve("store");
    }

    @Test
    void killedAtAnyInstant_leavesNoHalfObject() throws Exception {
        var random = new Random(11);
        for (int i = 0; i < KILLS; i++) {
            Process writer = StoreProcesses.start("write", home.toString(), "" + i % 3);
            try (BufferedReader said = writer.inputReader(UTF_8)) {
                assertThat(said.readLine()).isEqualTo("ready");
                // No wait for an event: the instant is meant to be any.
                assertThat(writer.waitFor(random.nextInt(400), TimeUnit.MILLISECONDS)).isFalse();
            } finally {
                writer.destroyForcibly().waitFor();
            }
            verify();
        }
        try (Store store = Store.open(home)) {
            new Collector(store, List.of()).prune(PruneFilter.ALL);
            assertEmpty("tmp");
            assertThat(store.blobs().list()).isEmpty();
            assertThat(store.layers().list()).isEmpty();
        }
        assertEmpty("leases");
    }

    private void assertEmpty(String directory) throws Exception {
        try (var files = Files.list(home.resolve(directory))) {
            assertThat(files).isEmpty();
        }
    }

    /// Every blob is what its name says, every named image is whole.
    private void verify() throws Exception {
        try (Store store = Store.open(home)) {
            for (Digest blob : store.blobs().list()) {
                assertThat(blob.matches(Files.readAllBytes(store.blobs().path(blob)))).isTrue();
            }
            for (Digest diffId : store.layers().list()) {
                Layer layer = store.layers().find(diffId).orElseThrow();
                var digest = Digest.newSha256();
                try (var in = new java.security.DigestInputStream(layer.openTar(), digest)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
                assertThat(Digest.of(digest.digest())).isEqualTo(diffId);
            }
            for (NamedImage image : store.images().list()) {
                assertThat(Image.load(store, image.target(), null).layers()).hasSize(3);
            }
        }
    }

    @Test
    void collectorsAndBuildsAtOnce_neverMeet() throws Exception {
        Process[] all = {
            StoreProcesses.start("build", home.toString(), "1", "60"),
            StoreProcesses.start("build", home.toString(), "2", "60"),
            StoreProcesses.start("collect", home.toString(), "60"),
            StoreProcesses.start("collect", home.toString(), "60"),
        };
        for (Process each : all) {
            String said = new String(each.getInputStream().readAllBytes(), UTF_8);
            assertThat(said.strip()).endsWith("done");
            assertThat(each.waitFor()).isZero();
        }
        verify();
    }
}
