package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.RegistryException;
import dev.slipway.distribution.TransferListener;
import dev.slipway.image.Reference;

import java.io.IOException;

/// `slipway delete`: images out of registries.
final class DeleteCommand implements Command {
    private static final Option BY_DIGEST =
            Option.flag(
                    "by-digest",
                    "Delete the manifest the tag stands for, with all tags it has, where the"
                            + " registry cannot delete a tag alone");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("delete", "Delete images from a registry")
                .usage("[OPTIONS] NAME:TAG|NAME@DIGEST [...]")
                .arguments(1, -1, Option.Offer.NOTHING)
                .options("Options", BY_DIGEST)
                .options(
                        "Registry",
                        RegistryAccess.AUTH_FILE,
                        RegistryAccess.CREDS,
                        RegistryAccess.TLS_VERIFY)
                .example("A tag", "slipway delete registry.example/app:old");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        try (Registries registries = RegistryAccess.open(line, session, TransferListener.none())) {
            for (String text : line.arguments()) {
                Reference name = Reference.parse(text).withDefaultTag();
                boolean whole = line.is(BY_DIGEST);
                boolean deleted =
                        RegistryAccess.stoppably(session, () -> delete(registries, name, whole));
                if (!deleted) {
                    throw new CommandException(
                            "there is no image " + name.familiar() + " in " + name.registry(),
                            null);
                }
                session.out().println("Deleted: " + name.familiar());
            }
        }
        return Main.OK;
    }

    private static boolean delete(Registries registries, Reference name, boolean whole)
            throws IOException, CommandException {
        try {
            return registries.delete(name, whole);
        } catch (RegistryException e) {
            // How registries answer that cannot delete a tag: DIGEST_INVALID and UNSUPPORTED.
            if (whole || name.digest() != null || (e.status() != 400 && e.status() != 405)) {
                throw e;
            }
            throw new CommandException(
                    String.valueOf(e.getMessage()),
                    "if the registry cannot delete a tag alone, --by-digest deletes the image with"
                            + " all its tags");
        }
    }
}
