package dev.slipway.cli;

import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.lint.ConfigException;
import dev.slipway.lint.Linter;
import dev.slipway.lint.RuleBook;
import dev.slipway.lint.ShellCheck;
import dev.slipway.lint.Workspace;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/// What an editor's documents are looked at with: the configuration of their folder as it is now,
/// and the store.
final class LintWorkspace implements Workspace {
    private final Parsed line;
    private final Session session;
    private final RuleBook book;
    private final @Nullable ShellCheck shellCheck;

    /// @param line what the server was started with counts most
    LintWorkspace(Parsed line, Session session) {
        this.line = line;
        this.session = session;
        this.book = RuleBook.load();
        this.shellCheck = ShellCheck.onPath(session.environment().getOrDefault("PATH", ""));
    }

    @Override
    public Linter linter(@Nullable Path folder) throws ConfigException {
        try {
            Path directory = folder == null ? Path.of("") : folder;
            return new Linter(
                    book,
                    new LintSetup(line, session, directory).draft().build(),
                    new LintBases(session, line.text(LintFlags.PLATFORM), false),
                    shellCheck,
                    new LintBuilds(session, null));
        } catch (UsageException | CommandException e) {
            throw new ConfigException("the configuration", String.valueOf(e.getMessage()));
        }
    }
}
