package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.TransferListener;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Reference;

import java.util.Optional;

/// `slipway digest`: what a name stands for in its registry.
final class DigestCommand implements Command {
    private static final Option FULL =
            Option.flag("full-ref", "Print the name with the digest in place of the tag");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("digest", "Print the digest of an image in its registry")
                .usage("[OPTIONS] NAME[:TAG]")
                .arguments(1, 1, Option.Offer.NOTHING)
                .options("Options", FULL)
                .options(
                        "Registry",
                        RegistryAccess.AUTH_FILE,
                        RegistryAccess.CREDS,
                        RegistryAccess.TLS_VERIFY)
                .describe("Asked by HEAD, which registries do not count as a pull.")
                .example("Pin a base", "slipway digest --full-ref alpine:3.20");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Reference name = Reference.parse(line.argument()).withDefaultTag();
        try (Registries registries = RegistryAccess.open(line, session, TransferListener.none())) {
            Optional<Descriptor> found =
                    RegistryAccess.stoppably(session, () -> registries.resolve(name));
            if (found.isEmpty()) {
                throw new CommandException(
                        "there is no image " + name.familiar() + " in " + name.registry(), null);
            }
            String digest = found.get().digest().toString();
            session.out().println(line.is(FULL) ? name.name() + "@" + digest : digest);
        }
        return Main.OK;
    }
}
