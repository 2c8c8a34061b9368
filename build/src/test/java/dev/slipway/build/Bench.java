package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.image.Image;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.LowerForm;
import dev.slipway.image.MergedView;
import dev.slipway.image.Store;
import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/// A store with a busybox image, a context directory, and a log of what builds did.
final class Bench implements AutoCloseable {
    final Path context;
    final Path home;
    final List<BuildEvent> events = Collections.synchronizedList(new ArrayList<>());
    private Store store;

    private Bench(Path directory) throws IOException {
        this.context = Files.createDirectories(directory.resolve("context"));
        this.home = directory.resolve("store");
        this.store = Store.open(home, LowerForm.MOUNTED);
        Busybox.install(store);
    }

    static Bench in(Path directory) throws IOException {
        Busybox.require();
        return new Bench(directory);
    }

    /// A bench for tests that run commands.
    static Bench asRoot(Path directory) throws IOException {
        Assumptions.assumeTrue(
                dev.slipway.linux.Host.uid() == 0 || System.getenv("CI") != null, "needs root");
        return in(directory);
    }

    Store store() {
        return store;
    }

    /// Closes and opens the store, as another process would.
    void reopen() throws IOException {
        store.close();
        store = Store.open(home, LowerForm.MOUNTED);
    }

    Bench file(String path, String content) throws IOException {
        var file = context.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    BuildResult build(String dockerfile) throws Exception {
        return build(dockerfile, request -> request);
    }

    BuildResult build(String dockerfile, UnaryOperator<BuildRequest.Builder> adapt)
            throws Exception {
        events.clear();
        return Builder.build(store, request(dockerfile, adapt));
    }

    BuildRequest request(String dockerfile, UnaryOperator<BuildRequest.Builder> adapt) {
        var builder = BuildRequest.of(context).dockerfileText(dockerfile).listener(events::add);
        return adapt.apply(builder).build();
    }

    ImageConfig config(BuildResult result) throws IOException {
        return image(result).config();
    }

    Image image(BuildResult result) throws IOException {
        Descriptor manifest = result.manifest();
        return Image.load(store, manifest, null);
    }

    FileTree files(BuildResult result) throws IOException {
        return MergedView.of(image(result).layers());
    }

    FileEntry entry(BuildResult result, String path) throws IOException {
        try (var files = files(result)) {
            return files.lookup(RawPath.of(path)).orElseThrow();
        }
    }

    boolean exists(BuildResult result, String path) throws IOException {
        try (var files = files(result)) {
            return files.lookup(RawPath.of(path)).isPresent();
        }
    }

    String text(BuildResult result, String path) throws IOException {
        try (var files = files(result);
                var in = files.open(files.lookup(RawPath.of(path)).orElseThrow())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// The instructions of the steps that were made, sorted.
    List<String> made() {
        var names = new ArrayList<String>();
        for (var event : List.copyOf(events)) {
            if (event instanceof BuildEvent.StepFinished finished) {
                names.add(finished.step().instruction());
            }
        }
        Collections.sort(names);
        return names;
    }

    /// What commands wrote, a line each.
    List<String> log() {
        var lines = new ArrayList<String>();
        for (var event : List.copyOf(events)) {
            if (event instanceof BuildEvent.StepLog log) {
                lines.add(log.line());
            }
        }
        return lines;
    }

    /// Why steps were made: `INSTRUCTION — summary`.
    List<String> reasons() {
        var reasons = new ArrayList<String>();
        for (var event : List.copyOf(events)) {
            if (event instanceof BuildEvent.StepExplained e) {
                reasons.add(e.step().instruction() + " — " + e.explanation().summary());
            }
        }
        return reasons;
    }

    List<String> warnings() {
        var warnings = new ArrayList<String>();
        for (var event : List.copyOf(events)) {
            if (event instanceof BuildEvent.Warning warning) {
                warnings.add(warning.message());
            }
        }
        return warnings;
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
