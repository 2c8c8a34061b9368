package dev.slipway.image;

import dev.slipway.linux.Fd;
import dev.slipway.linux.Mounts;
import dev.slipway.linux.Namespaces;
import dev.slipway.linux.OpenFlags;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Mounts that only one thread, and the programs it starts, can see.
final class MountNamespace {
    private MountNamespace() {}

    /// Does `work` on a thread in a mount namespace of its own.
    static <T> T in(Callable<T> work) throws Exception {
        FutureTask<T> task =
                new FutureTask<>(() -> {
                    Namespaces.unshare(Namespaces.MOUNT);
                    Mounts.mount(null, "/", null, Mounts.REC | Mounts.PRIVATE, null);
                    return work.call();
                });
        Thread.ofPlatform().start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw (Error) e.getCause();
        }
    }

    /// Mounts a layer, if that is what it takes to see its files.
    ///
    /// @param place a directory that does not exist yet
    /// @return where its files are
    static Path mount(Lower lower, Path place) throws IOException {
        if (lower instanceof Lower.Directory(Path path)) {
            return path;
        }
        Lower.Erofs erofs = (Lower.Erofs) lower;
        Files.createDirectory(place);
        try (Fd metadata = Fd.open(erofs.metadata(), OpenFlags.O_RDONLY, 0);
                Fd data = Fd.open(erofs.data(), OpenFlags.O_RDONLY, 0)) {
            Mounts.mountErofs(metadata, data, place.toString());
        }
        return place;
    }

    /// Runs a script of bash with `$LOWER`, the layers as the option `lowerdir` has them.
    ///
    /// @param places an existing directory to mount layers in
    static void run(List<Lower> lowers, Path places, String script) throws Exception {
        in(() -> {
            List<String> mounted = new ArrayList<>();
            for (Lower lower : lowers) {
                Path place = places.resolve("lower-" + mounted.size());
                mounted.add(mount(lower, place).toString());
            }
            ProcessBuilder builder = new ProcessBuilder("bash", "-ec", script);
            builder.environment().put("LOWER", String.join(":", mounted));
            Process process = builder.redirectErrorStream(true).start();
            byte[] output = process.getInputStream().readAllBytes();
            if (process.waitFor() != 0) {
                throw new AssertionError(new String(output, StandardCharsets.ISO_8859_1));
            }
            return null;
        });
    }
}
