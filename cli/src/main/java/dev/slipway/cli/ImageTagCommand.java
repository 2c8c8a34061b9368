package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.image.ImageCatalog;
import dev.slipway.image.Reference;

/// `slipway image tag`: one more name for an image.
final class ImageTagCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("image tag", "Give an image another name")
                .usage("SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]")
                .aliases("tag")
                .arguments(2, 2, Option.Offer.IMAGES)
                .example("Name a release", "slipway tag app:latest app:1.4");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Reference name = Reference.parse(line.arguments().get(1));
        new ImageCatalog(session.store()).tag(line.argument(), name);
        return Main.OK;
    }
}
