package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.image.Descriptor;
import dev.slipway.image.ImageCatalog;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.RootfsImport;
import dev.slipway.image.RunConfig;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// `slipway image import`: an image from the tar of a root file system.
final class ImageImportCommand implements Command {
    private static final Option CHANGE =
            Option.list(
                    "change",
                    'c',
                    "INSTRUCTION",
                    "Apply a Dockerfile instruction such as CMD [\"sh\"]");
    private static final Option MESSAGE =
            Option.value("message", 'm', "TEXT", "Comment of the image's only step");
    private static final Option PLATFORM =
            Option.value("platform", "OS/ARCH", "What the files are for");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("image import", "Make an image from the tar of a root file system")
                .usage("[OPTIONS] FILE|- [REPOSITORY[:TAG]]")
                .aliases("import")
                .arguments(1, 2, Option.Offer.FILES)
                .options("Options", CHANGE, MESSAGE, PLATFORM)
                .describe("The tar may be compressed. SOURCE_DATE_EPOCH sets the image's time.")
                .example(
                        "A system's files",
                        "slipway import -c 'CMD [\"/bin/sh\"]' rootfs.tar.gz system");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        RunConfig config = ConfigChanges.apply(line.texts(CHANGE));
        String platform = line.text(PLATFORM);
        String source = line.argument();
        RootfsImport.Facts facts =
                new RootfsImport.Facts(
                        config,
                        platform == null ? Platform.host() : Platform.parse(platform),
                        created(session),
                        line.text(MESSAGE, "Imported from " + source));
        Reference name =
                line.arguments().size() < 2 ? null : Reference.parse(line.arguments().get(1));
        if (name != null && name.digest() != null) {
            throw new UsageException("a name to give cannot have a digest");
        }
        Descriptor target;
        try (InputStream in = open(source, session)) {
            target = RootfsImport.run(session.store(), in, facts);
        }
        if (name == null) {
            session.store().images().keepDangling(target);
        } else {
            session.store().images().tag(name, target);
        }
        session.out()
                .println(new ImageCatalog(session.store()).find(target.digest().toString()).id());
        return Main.OK;
    }

    private static Instant created(Session session) throws UsageException {
        String epoch = session.variable("SOURCE_DATE_EPOCH");
        if (epoch == null) {
            return session.now();
        }
        try {
            return Instant.ofEpochSecond(Long.parseLong(epoch));
        } catch (NumberFormatException _) {
            throw new UsageException(
                    "invalid SOURCE_DATE_EPOCH \"" + epoch + "\"", "It takes seconds since 1970.");
        }
    }

    private static InputStream open(String source, Session session)
            throws IOException, UsageException, CommandException {
        if (source.equals("-")) {
            return session.in();
        }
        if (source.contains("://")) {
            throw new UsageException(
                    "an address is not available: " + source, "Fetch it, and import the file.");
        }
        Path file = Path.of(source);
        if (!Files.exists(file) || Files.isDirectory(file)) {
            throw new CommandException(
                    source + (Files.exists(file) ? " is a directory" : ": no such file"),
                    "Give a tar of its files.");
        }
        return Files.newInputStream(file);
    }
}
