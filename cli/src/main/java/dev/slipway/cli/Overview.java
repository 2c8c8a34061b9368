package dev.slipway.cli;

import dev.slipway.cli.options.HelpText;
import dev.slipway.cli.options.Suggestion;
import dev.slipway.cli.options.UsageException;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.util.List;

/// What there is: the commands, grouped.
final class Overview {
    private static final int NAME_WIDTH = 15;

    private final Session session;

    Overview(Session session) {
        this.session = session;
    }

    /// All commands and the global options.
    void print(PrintStream out) {
        String options = HelpText.of(Globals.root(), Globals.afterCommand(), session.width());
        int firstGroup = options.indexOf("\nGlobal options:");
        out.print(options.substring(0, firstGroup).replace("slipway  ", "slipway "));
        for (Commands.Group group : Commands.groups()) {
            out.println();
            out.println(group.title() + ":");
            for (String name : group.names()) {
                line(out, name, Commands.summary(name));
            }
        }
        out.print(options.substring(firstGroup));
        out.println();
        out.println(
                "slipway COMMAND --help tells of one command; slipway demo shows the whole way.");
    }

    /// The commands of one family.
    void print(Commands.Family family, PrintStream out) {
        out.println("Usage:  slipway " + family.name() + " COMMAND");
        out.println();
        out.println(family.summary());
        out.println();
        out.println("Commands:");
        for (String member : family.members()) {
            line(out, member, Commands.summary(family.name() + " " + member));
        }
        out.println();
        out.println("slipway " + family.name() + " COMMAND --help tells of one command.");
    }

    private static void line(PrintStream out, String name, String summary) {
        out.println("  " + name + " ".repeat(Math.max(1, NAME_WIDTH - name.length())) + summary);
    }

    /// What to say of a word that is no command.
    ///
    /// @param family whose member it should be; null for the top
    static UsageException unknown(String word, Commands.@Nullable Family family) {
        String refusal = Commands.refusal(word);
        if (refusal != null) {
            return new UsageException("slipway " + word + " is not available: " + refusal);
        }
        List<String> known = family == null ? Commands.knownWords() : family.members();
        String prefix = family == null ? "slipway " : "slipway " + family.name() + " ";
        String meant = Suggestion.nearest(word, known);
        return new UsageException(
                "unknown command: " + prefix + word,
                meant == null ? null : "Did you mean " + prefix + meant + "?");
    }
}
