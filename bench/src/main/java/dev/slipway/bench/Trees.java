package dev.slipway.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// The inputs: the same bytes in every run, from a fixed seed.
final class Trees {
    private static final int FILES = 20_000;
    private static final int MEAN_FILE_BYTES = 6_100;

    private Trees() {}

    /// 20 000 files of 122 MB in all, in 200 directories.
    static Path manyFiles(Path directory) {
        Random random = new Random(42);
        try {
            for (int i = 0; i < FILES; i++) {
                Path file = directory.resolve("src/d" + i % 200 + "/f" + i + ".txt");
                if (i < 200) {
                    Files.createDirectories(file.getParent());
                }
                byte[] content = new byte[random.nextInt(2 * MEAN_FILE_BYTES)];
                random.nextBytes(content);
                Files.write(file, content);
            }
            return dockerfile(directory, "FROM scratch\nCOPY . /app/\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The sources of the JDK that runs this: some 15 000 files of text, 213 MB.
    static Path sources(Path directory) {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(sourcesZip()))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = directory.resolve(entry.getName());
                if (!entry.isDirectory()) {
                    Files.createDirectories(file.getParent());
                    Files.copy(in, file);
                }
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean hasSources() {
        return Files.exists(sourcesZip());
    }

    private static Path sourcesZip() {
        return Path.of(System.getProperty("java.home"), "lib", "src.zip");
    }

    /// Writes a file anew, and waits until its time is no longer the clock's.
    static void change(Path file, String content) {
        try {
            Files.writeString(file, content);
            Thread.sleep(30);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// One file of random bytes.
    static Path bigFile(Path directory, long bytes) {
        Random random = new Random(43);
        try {
            Files.createDirectories(directory);
            byte[] buffer = new byte[1 << 20];
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(directory.resolve("big")))) {
                for (long written = 0; written < bytes; written += buffer.length) {
                    random.nextBytes(buffer);
                    out.write(buffer);
                }
            }
            return dockerfile(directory, "FROM scratch\nCOPY big /big\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Three stages with files, RUN steps and copies between them.
    static Path threeStages(Path directory) {
        try {
            Files.createDirectories(directory.resolve("src"));
            for (int i = 0; i < 20; i++) {
                Files.writeString(directory.resolve("src/f" + i), "content " + i);
            }
            return dockerfile(
                    directory,
                    """
                    FROM bench-base AS compile
                    WORKDIR /work
                    COPY src/ ./
                    RUN cat f* > all
                    FROM bench-base AS assets
                    COPY src/f1 /assets/
                    RUN cp /assets/f1 /assets/f1.min
                    FROM bench-base
                    ENV MODE=production
                    COPY --from=compile /work/all /app/all
                    COPY --from=assets /assets /app/assets
                    USER 1000
                    CMD ["cat", "/app/all"]
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path runSteps(Path directory, int steps) {
        StringBuilder text = new StringBuilder("FROM bench-base\n");
        for (int i = 0; i < steps; i++) {
            text.append("RUN echo ").append(i).append(" > /f").append(i).append('\n');
        }
        return dockerfile(directory, text.toString());
    }

    static Path dockerfile(Path directory, String text) {
        try {
            Files.createDirectories(directory);
            Files.write(directory.resolve("Dockerfile"), text.getBytes(StandardCharsets.UTF_8));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A root file system archive with a static busybox and its usual links.
    static Path busyboxTar(Path work, Shell shell) {
        Path tar = work.resolve("base.tar");
        shell.run(
                Map.of(),
                List.of(
                        "/bin/sh",
                        "-c",
                        """
                        set -e; d=$(mktemp -d); mkdir -p $d/bin $d/etc $d/tmp $d/proc $d/sys $d/dev
                        cp /bin/busybox $d/bin/busybox
                        for a in sh cat cp echo ls mkdir rm true sleep; do ln -s busybox $d/bin/$a; done
                        echo 'root:x:0:0:root:/root:/bin/sh' > $d/etc/passwd; echo 'root:x:0:' > $d/etc/group
                        tar -C $d --owner=0 --group=0 --sort=name -cf %s . ; rm -rf $d
                        """
                                .formatted(tar)));
        return tar;
    }

    /// `rm -rf`: layers hold device nodes and modes that java.nio trips over.
    static void delete(Path path) {
        new Shell(path.resolveSibling("delete.log"))
                .run(Map.of(), List.of("rm", "-rf", path.toString()));
    }
}
