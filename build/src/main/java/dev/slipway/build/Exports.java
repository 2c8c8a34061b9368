package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.ImageException;
import dev.slipway.image.ImageSave;
import dev.slipway.image.Reference;
import dev.slipway.image.SavedImage;
import dev.slipway.linux.Fd;

import org.jspecify.annotations.Nullable;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Serves the outputs of a build that is done.
final class Exports {
    private final Workshop shop;
    private final List<Product> products;
    private final @Nullable Attestations attestations;
    private @Nullable ImageForms forms;
    private int tasks;

    /// What was made of the outputs.
    ///
    /// @param root the image, or the index of several
    /// @param names the image has in the store
    record Exported(Descriptor root, List<String> names) {}

    /// @param products one for each platform, at least one
    /// @param attestations of them; null: none
    Exports(Workshop shop, List<Product> products, @Nullable Attestations attestations) {
        this.shop = shop;
        this.products = products;
        this.attestations = attestations;
    }

    /// Serves all outputs.
    Exported export() throws BuildException, IOException, InterruptedException {
        var outputs = shop.request().outputs();
        if (outputs.isEmpty()) {
            var references = references(List.of());
            var root = root(null, references);
            return new Exported(root, named(root, references));
        }
        var names = new LinkedHashSet<String>();
        Descriptor first = null;
        for (var output : outputs) {
            Descriptor root = null;
            if (output instanceof Output.Image image) {
                root = image(image, names);
            } else if (!(output instanceof Output.CacheOnly)) {
                root = export(output);
            }
            first = first == null ? root : first;
        }
        return new Exported(first == null ? root(null, List.of()) : first, List.copyOf(names));
    }

    /// What an output of such options points to.
    private Descriptor root(@Nullable ImageOptions options, List<Reference> names)
            throws BuildException, IOException, InterruptedException {
        var request = shop.request();
        boolean plain = options == null || options.equals(ImageOptions.PLAIN);
        if (plain && request.packaging() == null && !request.isMultiPlatform()) {
            return products.getFirst().image().manifest().descriptor();
        }
        return forms().root(options == null ? ImageOptions.PLAIN : options, names);
    }

    private ImageForms forms() throws BuildException, IOException, InterruptedException {
        if (forms == null) {
            var packaging = shop.request().packaging();
            var result =
                    new ImageForms.Result(
                            products,
                            shop.request().isMultiPlatform(),
                            packaging == null ? List.of() : packaging.annotations(),
                            attested());
            forms = new ImageForms(shop, result);
        }
        return forms;
    }

    private List<List<Attestation>> attested()
            throws BuildException, IOException, InterruptedException {
        return attestations == null
                ? Collections.nCopies(products.size(), List.of())
                : attestations.all();
    }

    private boolean isAttested() throws BuildException, IOException, InterruptedException {
        for (var said : attested()) {
            if (!said.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private Descriptor image(Output.Image output, Set<String> names)
            throws BuildException, IOException, InterruptedException {
        var references = references(output.names());
        var push = output.push();
        // What is pushed is compressed, and the store has the same: one build, one digest.
        var root =
                root(push == null ? output.options() : output.options().compressed(), references);
        if (output.options().rewriteTimestamp() && shop.latest() == null) {
            shop.events().warn("rewrite-timestamp does nothing without SOURCE_DATE_EPOCH");
        }
        if (push != null) {
            task("pushing " + references.getFirst().familiar(), () -> push(root, references, push));
        }
        if (output.store()) {
            var all = new ArrayList<>(references);
            if (output.options().canonicalName()) {
                for (var reference : references) {
                    all.add(Reference.parse(reference.name() + "@" + root.digest()));
                }
            }
            names.addAll(named(root, all));
        }
        return root;
    }

    private Descriptor push(Descriptor root, List<Reference> names, Output.Push push)
            throws BuildException, IOException, InterruptedException {
        var publisher = shop.request().publisher();
        if (publisher == null) {
            throw new IllegalStateException("not checked before the build");
        }
        shop.store().commit();
        var cancellation = shop.request().cancellation();
        try (var _ = cancellation.interruptHere()) {
            publisher.push(shop.store(), root, names, push, new PushProgress(shop.events()));
        } catch (IOException e) {
            cancellation.checkInterrupted();
            throw e;
        }
        return root;
    }

    private List<String> named(Descriptor descriptor, List<Reference> references)
            throws IOException {
        var names = new ArrayList<String>();
        for (var reference : references) {
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
        return references(shop.request(), more);
    }

    /// The names that an output has, those of the request included.
    static List<Reference> references(BuildRequest request, List<String> more)
            throws ImageException {
        var all = new LinkedHashMap<String, Reference>();
        for (var name : request.tags()) {
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

    private @Nullable Descriptor export(Output output)
            throws BuildException, IOException, InterruptedException {
        return task("exporting to " + describe(output), () -> write(output));
    }

    private interface Task {
        @Nullable Descriptor run() throws BuildException, IOException, InterruptedException;
    }

    private @Nullable Descriptor task(String name, Task task)
            throws BuildException, IOException, InterruptedException {
        var id = "export-" + ++tasks;
        long start = System.nanoTime();
        shop.events().emit(time -> new BuildEvent.TaskStarted(time, id, name));
        String error = "interrupted";
        try {
            var result = task.run();
            error = null;
            return result;
        } catch (BuildException e) {
            error = BuildException.messageOf(e);
            throw e;
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

    private @Nullable Descriptor write(Output output)
            throws BuildException, IOException, InterruptedException {
        return switch (output) {
            case Output.LocalDirectory local -> {
                new FileExports(shop, products, attested()).directory(local);
                yield null;
            }
            case Output.Tar tar -> {
                var files = new FileExports(shop, products, attested());
                to(
                        tar.destination(),
                        fd -> files.tar(tar, fd.outputStream()),
                        out -> files.tar(tar, out));
                yield null;
            }
            case Output.DockerArchive docker -> docker(docker);
            case Output.OciArchive oci -> {
                var image = saved(oci.names(), oci.options());
                toArchive(
                        ImageSave.asStored(shop.store(), ImageSave.Form.OCI),
                        image,
                        oci.destination());
                yield image.target();
            }
            case Output.OciDirectory oci -> {
                var image = saved(oci.names(), oci.options());
                ImageSave.asStored(shop.store(), ImageSave.Form.OCI)
                        .toDirectory(List.of(image), oci.destination());
                yield image.target();
            }
            case Output.Image _, Output.CacheOnly _ -> throw new IllegalArgumentException();
        };
    }

    private Descriptor docker(Output.DockerArchive docker)
            throws BuildException, IOException, InterruptedException {
        if (isAttested()) {
            shop.events().warn("a docker archive holds no attestations");
        }
        var image = saved(docker.names(), docker.options());
        var save =
                docker.options().compression() == null
                        ? new ImageSave(shop.store(), ImageSave.Form.DOCKER, null)
                        : ImageSave.asStored(shop.store(), ImageSave.Form.DOCKER);
        toArchive(save, image, docker.destination());
        return image.target();
    }

    private void toArchive(ImageSave save, SavedImage image, @Nullable Path destination)
            throws BuildException, IOException {
        var images = List.of(image);
        to(destination, fd -> save.toTar(images, fd), out -> save.toTar(images, out));
    }

    private SavedImage saved(List<String> more, ImageOptions options)
            throws BuildException, IOException, InterruptedException {
        var names = references(more);
        return new SavedImage(root(options, names), names, null);
    }

    /// Writes to a file, beside its place first, or to standard output.
    private void to(@Nullable Path destination, Writing<Fd> file, Writing<OutputStream> stdout)
            throws BuildException, IOException {
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
        void write(T target) throws BuildException, IOException;
    }
}
