package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.image.ImageCatalog;
import dev.slipway.image.ImageSave;
import dev.slipway.image.Platform;
import dev.slipway.image.SavedImage;
import dev.slipway.image.compress.Compression;
import dev.slipway.linux.Fd;
import dev.slipway.linux.OpenFlags;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// `slipway image save`: images into an archive.
final class ImageSaveCommand implements Command {
    private static final int FILE_MODE = 0600;
    private static final Option OUTPUT =
            Option.value(
                            "output",
                            'o',
                            "FILE",
                            "Write to a file, or a directory for oci-dir; else to standard output")
                    .offers(Option.Offer.FILES);
    private static final Option FORMAT =
            Option.value("format", "FORMAT", "Form of the archive")
                    .choices("docker-archive", "oci-archive", "oci-dir")
                    .standard("docker-archive");
    private static final Option COMPRESSION =
            Option.value(
                            "compression",
                            "KIND",
                            "How layers of an OCI archive are compressed; else as they are in the"
                                    + " store")
                    .choices("none", "gzip", "zstd");
    private static final Option PLATFORM =
            Option.value("platform", "OS/ARCH", "Of an image with several, this one");
    private static final Option QUIET =
            Option.flag("quiet", 'q', "Accepted for podman's sake").hidden();

    @Override
    public CommandSpec spec() {
        return new CommandSpec("image save", "Save images to an archive")
                .usage("[OPTIONS] IMAGE [IMAGE...]")
                .aliases("save")
                .arguments(1, -1, Option.Offer.IMAGES)
                .options("Options", OUTPUT, FORMAT, COMPRESSION, PLATFORM, QUIET)
                .example("To another machine", "slipway save app | ssh host docker load")
                .example("As an OCI layout", "slipway save --format oci-dir -o layout app");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Rootless.prefer(session);
        String wanted = line.text(PLATFORM);
        Platform platform = wanted == null ? null : Platform.parse(wanted);
        ImageCatalog catalog = new ImageCatalog(session.store());
        List<SavedImage> images = ImageSave.select(catalog, line.arguments(), platform);
        String format = line.text(FORMAT, "docker-archive");
        boolean docker = format.equals("docker-archive");
        if (docker && line.has(COMPRESSION)) {
            throw new UsageException(
                    "--compression is for OCI formats", "Add --format oci-archive.");
        }
        ImageSave.Form form = docker ? ImageSave.Form.DOCKER : ImageSave.Form.OCI;
        ImageSave save = new ImageSave(session.store(), form, compression(line));
        String output = line.text(OUTPUT, "-");
        if (format.equals("oci-dir")) {
            if (output.equals("-")) {
                throw new UsageException("--format oci-dir needs a directory", "Give it with -o.");
            }
            save.toDirectory(images, Path.of(output));
        } else if (output.equals("-")) {
            toStandardOutput(save, images, session);
        } else {
            toFile(save, images, Path.of(output));
        }
        return Main.OK;
    }

    private static @Nullable Compression compression(Parsed line) throws UsageException {
        return switch (line.text(COMPRESSION, "")) {
            case "none" -> Compression.NONE;
            case "gzip" -> Compression.gzip();
            case "zstd" -> Compression.zstd();
            default -> null;
        };
    }

    private static void toStandardOutput(ImageSave save, List<SavedImage> images, Session session)
            throws UsageException, IOException {
        if (session.console().isOutTerminal()) {
            throw new UsageException(
                    "an archive is not written to a terminal",
                    "Give a file with -o, or send standard output elsewhere.");
        }
        save.toTar(images, session.dataOut());
    }

    /// A file is replaced when the new one is complete; anything else, such as a pipe, is written
    /// as it is.
    private static void toFile(ImageSave save, List<SavedImage> images, Path file)
            throws IOException {
        int write = OpenFlags.O_WRONLY | OpenFlags.O_CREAT;
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            try (Fd out = Fd.open(file, write, FILE_MODE)) {
                save.toTar(images, out);
            }
            return;
        }
        Path absolute = file.toAbsolutePath();
        Path unfinished =
                absolute.resolveSibling(
                        "." + absolute.getFileName() + "." + ProcessHandle.current().pid());
        try {
            try (Fd out = Fd.open(unfinished, write | OpenFlags.O_TRUNC, FILE_MODE)) {
                save.toTar(images, out);
            }
            Files.move(
                    unfinished,
                    absolute,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
