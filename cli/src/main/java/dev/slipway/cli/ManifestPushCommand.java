package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.distribution.IndexEdit;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.RemoteManifest;
import dev.slipway.distribution.TransferListener;
import dev.slipway.image.Reference;

/// `slipway manifest push`, for scripts written for docker: the index is in its registry already.
final class ManifestPushCommand implements Command {
    private static final Option PURGE = Option.flag("purge", 'p', "").hidden();
    private static final Option INSECURE = Option.flag("insecure", "").hidden();

    @Override
    public CommandSpec spec() {
        return new CommandSpec("manifest push", "Print the digest of an index in its registry")
                .usage("[OPTIONS] NAME[:TAG]")
                .arguments(1, 1, Option.Offer.NOTHING)
                .options("Accepted", PURGE, INSECURE)
                .options(
                        "Registry",
                        RegistryAccess.AUTH_FILE,
                        RegistryAccess.CREDS,
                        RegistryAccess.TLS_VERIFY)
                .describe(
                        "manifest create and annotate put the index into the registry at once. For"
                                + " scripts that push it afterwards, this checks that it is there.");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Reference name = Reference.parse(line.argument());
        try (Registries registries = RegistryAccess.open(line, session, TransferListener.none())) {
            RemoteManifest index =
                    RegistryAccess.stoppably(
                            session,
                            () -> {
                                RemoteManifest found = IndexEdit.require(registries, name);
                                IndexEdit.of(name, found);
                                return found;
                            });
            session.out().println(index.descriptor().digest());
        }
        return Main.OK;
    }
}
