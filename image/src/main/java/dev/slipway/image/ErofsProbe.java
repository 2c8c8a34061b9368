package dev.slipway.image;

import dev.slipway.linux.Fd;
import dev.slipway.linux.Mounts;
import dev.slipway.linux.Namespaces;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Uninterruptibly;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/// Finds out whether this process can mount layers as EROFS, by doing it: a file system of one file
/// below an overlay on the store's file system, in a mount namespace that ends with its thread. No
/// version says it: it takes Linux 6.12 built so, a file system for the store that allows it, and
/// the rights. The answer is kept in the store for this boot.
final class ErofsProbe {
    private static final String FILE = "erofs";
    private static final RawPath PROBED = RawPath.of("f");

    private final Store store;
    private volatile int known; // 0: not yet, 1: it works, -1: it does not

    ErofsProbe(Store store) {
        this.store = store;
    }

    boolean succeeds() throws ImageException {
        if (known == 0) {
            // The kernel lets nobody mount EROFS who is root in a user namespace only.
            known = OverlayAttributes.usesTrusted() && remembered() ? 1 : -1;
        }
        return known > 0;
    }

    private boolean remembered() throws ImageException {
        Path file = store.home().resolve(FILE);
        String yes = store.bootId() + " yes\n";
        String no = store.bootId() + " no\n";
        try {
            String said = Files.readString(file, StandardCharsets.ISO_8859_1);
            if (said.equals(yes) || said.equals(no)) {
                return said.equals(yes);
            }
        } catch (NoSuchFileException _) {
            // Nobody asked yet.
        } catch (IOException e) {
            throw StoreException.of(store.home(), "read " + FILE, e);
        }
        boolean works = probe();
        store.publish(file, (works ? yes : no).getBytes(StandardCharsets.ISO_8859_1));
        return works;
    }

    private boolean probe() throws ImageException {
        Path temp = store.newTemp("erofs");
        try {
            byte[] content = new byte[700]; // more than a block, and no whole number of them
            Arrays.fill(content, (byte) 'x');
            byte[] data = Arrays.copyOf(content, 1024);
            LayerIndexWriter files = new LayerIndexWriter();
            files.put(FileEntry.file(PROBED, 0644, content.length), 0, false);
            ErofsImage image = ErofsImage.of(files.finish(), data.length);
            if (image == null) {
                return false;
            }
            try (OutputStream out = Files.newOutputStream(temp.resolve("metadata"))) {
                image.write(Digest.sha256(content), out);
            }
            Files.write(temp.resolve("data"), data);
            for (String directory : new String[] {"lower", "upper", "work", "merged"}) {
                Files.createDirectory(temp.resolve(directory));
            }
            var trial = new Trial(temp, content);
            Thread thread = Thread.ofPlatform().name("erofs-probe").unstarted(trial);
            thread.start();
            Uninterruptibly.join(thread);
            return trial.worked;
        } catch (IOException e) {
            throw StoreException.of(store.home(), "try to mount a layer", e);
        } finally {
            try {
                StoredLayers.discard(temp);
            } catch (IOException _) {
                // The collector finds it again.
            }
        }
    }

    /// The thread's work: it leaves its namespaces by ending.
    private static final class Trial implements Runnable {
        private final Path temp;
        private final byte[] content;
        private volatile boolean worked;

        Trial(Path temp, byte[] content) {
            this.temp = temp;
            this.content = content;
        }

        @Override
        public void run() {
            try (Fd metadata = Fd.open(temp.resolve("metadata"), OpenFlags.O_RDONLY, 0);
                    Fd data = Fd.open(temp.resolve("data"), OpenFlags.O_RDONLY, 0)) {
                Namespaces.unshare(Namespaces.MOUNT);
                Mounts.mount(null, "/", null, Mounts.REC | Mounts.PRIVATE, null);
                // The store's path may have characters that mean something among the options.
                Mounts.changeDirectory(temp.toString());
                Mounts.mountErofs(metadata, data, "lower");
                String options = "lowerdir=lower,upperdir=upper,workdir=work";
                Mounts.mount("overlay", "merged", "overlay", 0, options);
                Path file = temp.resolve("merged").resolve(PROBED.toString());
                worked = Arrays.equals(Files.readAllBytes(file), content);
            } catch (IOException _) {
                // It does not work here.
            }
        }
    }
}
