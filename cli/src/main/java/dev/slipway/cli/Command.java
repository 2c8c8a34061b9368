package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Parsed;

/// One command. An object is made only for the command that runs (or is described), so start-up
/// pays for no other.
interface Command {
    /// How it is called and what it takes.
    CommandSpec spec();

    /// Does the work.
    ///
    /// @return the exit code: 0 done, 1 the work failed, 3 a gate said no; `run` returns the
    ///   container's
    /// @throws Exception any typed failure of the modules below; [ErrorPrinter] words it
    int run(Parsed line, Session session) throws Exception;

    /// The exit code of a wrong command line.
    default int wrongUsage() {
        return Main.WRONG_USAGE;
    }
}
