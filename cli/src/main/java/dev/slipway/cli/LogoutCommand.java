package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.distribution.Login;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.TransferListener;

import java.util.List;

/// `slipway logout`: forgets credentials.
final class LogoutCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("logout", "Log out of a registry")
                .usage("[OPTIONS] [REGISTRY]")
                .arguments(0, 1, Option.Offer.NOTHING)
                .options("Options", RegistryAccess.AUTH_FILE)
                .describe("Without REGISTRY, Docker Hub is meant.");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        String host = LoginCommand.host(line);
        try (Registries registries = RegistryAccess.open(line, session, TransferListener.none())) {
            List<String> places = new Login(registries).logout(host);
            if (places.isEmpty()) {
                session.out().println("Not logged in to " + host);
            } else {
                session.out().println("Removing login credentials for " + host);
            }
        }
        return Main.OK;
    }
}
