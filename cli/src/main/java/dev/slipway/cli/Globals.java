package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;

/// Options every command takes, before its name or after.
final class Globals {
    static final Option HELP = Option.flag("help", 'h', "Show help");
    static final Option VERSION = Option.flag("version", 'v', "Show the version");
    static final Option DEBUG = Option.flag("debug", 'D', "Show stack traces of failures");
    static final Option HOME =
            Option.value("home", "DIR", "Where images and caches are kept")
                    .environment("SLIPWAY_HOME")
                    .offers(Option.Offer.DIRECTORIES);

    private static final String NO_DAEMON = "there is no daemon to connect to.";

    private Globals() {}

    /// What stands before the command.
    static CommandSpec root() {
        return new CommandSpec("", "From Dockerfile to a trusted, running image, without a daemon")
                .usage("[OPTIONS] COMMAND")
                .options("Global options", HELP, VERSION, DEBUG, HOME)
                .options(
                        "Refused",
                        Option.refused("host", 'H', NO_DAEMON),
                        Option.refused("context", 'c', NO_DAEMON),
                        Option.refused("tls", NO_DAEMON),
                        Option.refused("tlsverify", NO_DAEMON),
                        Option.refused("log-level", 'l', "use --debug."))
                .arguments(0, -1, Option.Offer.NOTHING)
                .stopsAtArgument();
    }

    /// What may follow any command.
    static CommandSpec afterCommand() {
        return new CommandSpec("", "").options("Global options", HELP, DEBUG, HOME);
    }
}
