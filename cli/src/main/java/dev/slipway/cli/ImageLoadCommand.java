package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.image.ImageLoad;
import dev.slipway.image.LoadedImage;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;

import java.nio.file.Path;
import java.util.List;

/// `slipway image load`: images from an archive.
final class ImageLoadCommand implements Command {
    private static final Option INPUT =
            Option.value(
                            "input",
                            'i',
                            "FILE",
                            "Read a file or an OCI layout directory; else standard input")
                    .offers(Option.Offer.FILES);
    private static final Option QUIET = Option.flag("quiet", 'q', "Print nothing of names");
    private static final Option PLATFORM =
            Option.value("platform", "OS/ARCH", "Load images of this platform only");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("image load", "Load images from an archive")
                .usage("[OPTIONS]")
                .aliases("load")
                .options("Options", INPUT, PLATFORM, QUIET)
                .describe(
                        "Reads what docker save, skopeo, buildah and this tool write, compressed or"
                                + " not. Every digest is checked.")
                .example("From a file", "slipway load -i app.tar");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        String wanted = line.text(PLATFORM);
        ImageLoad load =
                new ImageLoad(session.store(), wanted == null ? null : Platform.parse(wanted));
        String input = line.text(INPUT, "-");
        if (input.equals("-") && session.console().isInTerminal()) {
            throw new UsageException(
                    "requested load from a terminal",
                    "Give a file with -i, or send an archive in.");
        }
        List<LoadedImage> loaded =
                input.equals("-") ? load.load(session.in()) : load.load(Path.of(input));
        for (LoadedImage image : loaded) {
            for (Reference name : image.names()) {
                print("Loaded image: " + name.familiar(), line, session);
            }
            if (image.names().isEmpty()) {
                print("Loaded image ID: " + image.id(), line, session);
            }
        }
        if (loaded.isEmpty()) {
            throw new CommandException("the archive holds no image for " + wanted, null);
        }
        return Main.OK;
    }

    private static void print(String text, Parsed line, Session session) throws UsageException {
        if (!line.is(QUIET)) {
            session.out().println(text);
        }
    }
}
