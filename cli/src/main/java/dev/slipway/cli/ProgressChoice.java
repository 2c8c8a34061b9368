package dev.slipway.cli;

import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.progress.PlainProgress;
import dev.slipway.cli.progress.Progress;
import dev.slipway.cli.progress.QuietProgress;
import dev.slipway.cli.progress.RawJsonProgress;
import dev.slipway.cli.progress.TerminalProgress;

/// Which view of a build suits `--progress`, `--quiet` and where standard error goes.
final class ProgressChoice {
    private ProgressChoice() {}

    static Progress of(Parsed line, Session session) throws UsageException {
        boolean explain = line.is(BuildFlags.EXPLAIN);
        if (line.is(BuildFlags.QUIET)) {
            return new QuietProgress();
        }
        return switch (line.text(BuildFlags.PROGRESS, "auto")) {
            case "quiet" -> new QuietProgress();
            case "plain" -> new PlainProgress(session.err(), explain);
            case "rawjson" -> new RawJsonProgress(session.err());
            case "tty" -> terminal(session, explain);
            default -> automatic(session, explain);
        };
    }

    /// Whether what is shown is read by people, not by programs and not by nobody.
    static boolean isForPeople(Parsed line) throws UsageException {
        String kind = line.text(BuildFlags.PROGRESS, "auto");
        return !line.is(BuildFlags.QUIET) && !kind.equals("quiet") && !kind.equals("rawjson");
    }

    /// A terminal gets the moving view, everything else plain lines.
    static Progress automatic(Session session, boolean explain) {
        return session.isLively(true)
                ? terminal(session, explain)
                : new PlainProgress(session.err(), explain);
    }

    private static Progress terminal(Session session, boolean explain) {
        Console console = session.console();
        return new TerminalProgress(session.err(), session::width, console::rows, explain);
    }
}
