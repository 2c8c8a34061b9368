package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.image.ImageException;
import dev.slipway.image.ImageNotFoundException;
import dev.slipway.image.ImageRemoval;
import dev.slipway.image.Removed;

/// `slipway image rm`: takes names away, and images with their last name.
final class ImageRemoveCommand implements Command {
    private static final Option FORCE =
            Option.flag(
                    "force",
                    'f',
                    "Remove an image by ID though it has several names; ignore missing ones");
    private static final Option NO_PRUNE =
            Option.flag("no-prune", "Accepted for docker's sake: shared layers always stay")
                    .hidden();

    @Override
    public CommandSpec spec() {
        return new CommandSpec("image rm", "Remove images")
                .usage("[OPTIONS] IMAGE [IMAGE...]")
                .aliases("rmi", "image remove")
                .arguments(1, -1, Option.Offer.IMAGES)
                .options("Options", FORCE, NO_PRUNE)
                .describe(
                        "A name takes away that name, and the image with its last one. Layers that"
                                + " other images or the build cache use stay.");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Rootless.prefer(session);
        ImageRemoval removal = new ImageRemoval(session.store(), StoreUsers.of(session.store()));
        boolean force = line.is(FORCE);
        int code = Main.OK;
        for (String name : line.arguments()) {
            try {
                for (Removed removed : removal.remove(name, force).removed()) {
                    print(removed, session);
                }
            } catch (ImageException failed) {
                session.out().flush();
                int failure = new ErrorPrinter(session).print(failed);
                code = force && failed instanceof ImageNotFoundException ? code : failure;
            }
        }
        return code;
    }

    private static void print(Removed removed, Session session) {
        switch (removed.kind()) {
            case NAME -> session.out().println("Untagged: " + removed.name());
            case IMAGE, LAYER -> session.out().println("Deleted: " + removed.name());
            case BLOB, TEMPORARY, LOCK -> {} // parts of what is told already
        }
    }
}
