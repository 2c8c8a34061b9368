package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What whoever pushes is given.
class PublisherTest {
    @TempDir Path directory;
    private Bench bench;

    /// Notes what it is to push.
    private static final class Recording implements Publisher {
        private final List<String> pushed = new ArrayList<>();
        private final List<Descriptor> roots = new ArrayList<>();
        private boolean broken;

        @Override
        public void push(
                Store store,
                Descriptor root,
                List<Reference> names,
                Output.Push options,
                Progress progress)
                throws IOException {
            progress.began("1", "pushing a layer");
            if (broken) {
                throw new IOException("registry.example says no");
            }
            progress.ended("1", "pushing a layer", 1, null);
            roots.add(root);
            for (var name : names) {
                pushed.add(name.familiar() + (options.byDigest() ? " by digest" : ""));
            }
        }
    }

    @BeforeEach
    void open() throws IOException {
        bench = Bench.in(directory);
        bench.file("a.txt", "a\n");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private BuildResult build(Publisher publisher, String... outputs) throws Exception {
        return bench.build(
                "FROM scratch\nCOPY a.txt /\n",
                r -> {
                    r.tag("registry.example/app:1").publisher(publisher);
                    for (var output : outputs) {
                        r.output(Output.parse(output));
                    }
                    return r;
                });
    }

    @Test
    void push_getsACompressedImageUnderAllNames() throws Exception {
        var publisher = new Recording();
        var result = build(publisher, "type=registry,name=registry.example/app:latest");
        assertThat(publisher.pushed)
                .containsExactly("registry.example/app:1", "registry.example/app:latest");
        assertThat(result.manifest()).isEqualTo(publisher.roots.getFirst());
        assertThat(result.names()).isEmpty();
        var raw = bench.store().blobs().read(result.manifest().digest(), Manifest.MAX_BYTES);
        assertThat(Manifest.parse(raw).layers())
                .extracting(Descriptor::mediaType)
                .containsExactly(MediaTypes.OCI_LAYER_GZIP);
        assertThat(bench.events)
                .anyMatch(e ->
                        e instanceof BuildEvent.TaskStarted task
                                && task.name().equals("pushing a layer"));
    }

    @Test
    void push_besidesTheStore_isOneImage() throws Exception {
        var publisher = new Recording();
        var result = build(publisher, "type=image,push=true,push-by-digest=true");
        assertThat(publisher.pushed).containsExactly("registry.example/app:1 by digest");
        assertThat(result.names()).containsExactly("registry.example/app:1");
        assertThat(bench.store().images().find(Reference.parse("registry.example/app:1")))
                .get()
                .isEqualTo(publisher.roots.getFirst());
    }

    @Test
    void push_thatFails_failsTheBuildAndNamesTheTask() {
        var publisher = new Recording();
        publisher.broken = true;
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> build(publisher, "type=registry"))
                .withMessage("pushing registry.example/app:1 failed: registry.example says no");
    }
}
