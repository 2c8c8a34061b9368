package dev.slipway.build;

import dev.slipway.image.ImageException;
import dev.slipway.image.ImageSave;
import dev.slipway.image.Reference;
import dev.slipway.image.SavedImage;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Fd;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Serves the outputs of a build that is done.
final class Exports {
    private final Workshop shop;
    private final Snapshot snapshot;
    private final ImageAssembly.Assembled image;
    private int tasks;

    Exports(Workshop shop, Snapshot snapshot, ImageAssembly.Assembled image) {
        this.shop = shop;
        this.snapshot = snapshot;
        this.image = image;
    }

    /// Serves all outputs.
    ///
    /// @return the names the image has in the store
    List<String> export() throws BuildException, IOException, InterruptedException {
        var outputs = shop.request().outputs();
        if (outputs.isEmpty()) {
            return named(List.of());
        }
        var names = new LinkedHashSet<String>();
        for (var output : outputs) {
            if (output instanceof Output.Image store) {
                names.addAll(named(store.names()));
            } else if (!(output instanceof Output.CacheOnly)) {
                export(output);
            }
        }
        return List.copyOf(names);
    }

    private List<String> named(List<String> more) throws IOException {
        var descriptor = image.manifest().descriptor();
        var names = new ArrayList<String>();
        for (var reference : references(more)) {
            var there = shop.store().images().find(reference);
            if (there.isEmpty() || !there.get().digest().hex().equals(descriptor.digest().hex())) {
                shop.store().images().tag(reference, descriptor);
            }
            names.add(reference.canonical());
        }
        if (names.isEmpty()) {
            shop.store().images().keepDangling(descriptor);
        }
        return names;
    }

    private List<Reference> references(List<String> more) throws ImageException {
        var all = new LinkedHashMap<String, Reference>();
        for (var name : shop.request().tags()) {
            add(all, name);
        }
        for (var name : more) {
            add(all, name);
        }
        return List.copyOf(all.values());
    }

    private static void add(Map<String, Reference> all, String name) throws ImageException {
        var reference = Reference.parse(name).withDefaultTag();
        all.put(reference.canonical(), reference);
    }

    private void export(Output output) throws BuildException, IOException, InterruptedException {
        var id = "export-" + ++tasks;
        var name = "exporting to " + describe(output);
        long start = System.nanoTime();
        shop.events().emit(time -> new BuildEvent.TaskStarted(time, id, name));
        String error = "interrupted";
        try {
            write(output);
            error = null;
        } catch (IOException e) {
            error = BuildException.messageOf(e);
            throw BuildException.io(name + " failed", e);
        } finally {
            var told = error;
            long nanos = System.nanoTime() - start;
            shop.events().emit(time -> new BuildEvent.TaskFinished(time, id, name, nanos, told));
        }
    }

    private static String describe(Output output) {
        return switch (output) {
            case Output.DockerArchive d -> "docker archive " + place(d.destination());
            case Output.OciArchive o -> "OCI archive " + place(o.destination());
            case Output.OciDirectory o -> "OCI directory " + o.destination();
            case Output.LocalDirectory l -> "directory " + l.destination();
            case Output.Tar t -> "tar " + place(t.destination());
            case Output.Image _ -> "the store";
            case Output.CacheOnly _ -> "the cache";
        };
    }

    private static String place(@Nullable Path destination) {
        return destination == null ? "on standard output" : destination.toString();
    }

    private void write(Output output) throws BuildException, IOException {
        switch (output) {
            case Output.LocalDirectory local -> directory(local.destination());
            case Output.Tar tar -> {
                try (var files = shop.view(snapshot)) {
                    to(
                            tar.destination(),
                            fd -> new TreeTar(files, fd.outputStream()).write(),
                            out -> new TreeTar(files, out).write());
                }
            }
            case Output.DockerArchive docker -> {
                var save = new ImageSave(shop.store(), ImageSave.Form.DOCKER, null);
                var images = saved(docker.names());
                to(
                        docker.destination(),
                        fd -> save.toTar(images, fd),
                        out -> save.toTar(images, out));
            }
            case Output.OciArchive oci -> {
                var save = new ImageSave(shop.store(), ImageSave.Form.OCI, null);
                var images = saved(oci.names());
                to(oci.destination(), fd -> save.toTar(images, fd), out -> save.toTar(images, out));
            }
            case Output.OciDirectory oci ->
                    new ImageSave(shop.store(), ImageSave.Form.OCI, null)
                            .toDirectory(saved(oci.names()), oci.destination());
            case Output.Image _, Output.CacheOnly _ -> {}
        }
    }

    private List<SavedImage> saved(List<String> names) throws IOException {
        return List.of(new SavedImage(image.manifest().descriptor(), references(names), null));
    }

    /// Writes to a file, beside its place first, or to standard output.
    private void to(@Nullable Path destination, Writing<Fd> file, Writing<OutputStream> stdout)
            throws IOException {
        if (destination == null) {
            var out = new BufferedOutputStream(shop.request().standardOutput().open(), 1 << 16);
            stdout.write(out);
            out.flush(); // standard output is the caller's to close
            return;
        }
        try (var target = new ReplacingFile(destination)) {
            file.write(target.fd());
            target.keep();
        }
    }

    private interface Writing<T> {
        void write(T target) throws IOException;
    }

    private void directory(Path destination) throws BuildException, IOException {
        Files.createDirectories(destination);
        try (var files = shop.view(snapshot);
                var target = Dir.open(destination)) {
            new TreeCopy(files, target).copyContents(RawPath.ROOT);
        }
    }
}
