package dev.slipway.cli;

import dev.slipway.build.LockException;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.Human;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// The one place that words failures: what failed, where, what to do. Never a stack trace without
/// `--debug`.
final class ErrorPrinter {
    /// What to tell the user.
    record Message(String what, List<String> where, @Nullable String hint) {}

    private final Session session;

    ErrorPrinter(Session session) {
        this.session = session;
    }

    /// Prints the failure.
    ///
    /// @return the exit code it means
    int print(Exception failure) {
        if (failure instanceof UsageException wrong) {
            return printUsage(wrong, null);
        }
        for (Message message : new Failures(session).describe(failure)) {
            write(message);
        }
        if (session.isDebug()) {
            failure.printStackTrace(session.err());
        }
        return LockException.isCauseOf(failure) ? Main.REFUSED : Main.FAILED;
    }

    /// Prints what is wrong with a command line.
    int printUsage(UsageException wrong, @Nullable CommandSpec spec) {
        String name = spec == null ? "" : " " + spec.name();
        String hint = wrong.hint();
        String help = "See slipway" + name + " --help.";
        write(new Message(wrong.text(), List.of(), hint == null ? help : hint + " " + help));
        if (session.isDebug()) {
            wrong.printStackTrace(session.err());
        }
        return Main.WRONG_USAGE;
    }

    private void write(Message message) {
        PrintStream err = session.err();
        boolean colours = session.isLively(true);
        err.println(
                (colours ? "\u001b[1;31merror:\u001b[0m " : "error: ") + printable(message.what()));
        for (String line : message.where()) {
            err.println(line);
        }
        String hint = message.hint();
        if (hint != null) {
            err.println(
                    (colours ? "\u001b[36mhint:\u001b[0m " : "hint: ") + printable(sentence(hint)));
        }
        err.flush();
    }

    /// What went wrong may be told in a file's or a registry's words: no line of it steers the
    /// terminal.
    private static String printable(String text) {
        List<String> lines = new ArrayList<>();
        text.lines().forEach(line -> lines.add(Human.printable(line)));
        return String.join("\n", lines);
    }

    /// Advice comes from many hands: as a sentence it reads alike.
    private static String sentence(String hint) {
        String text = Character.toUpperCase(hint.charAt(0)) + hint.substring(1);
        return ".?!:".indexOf(text.charAt(text.length() - 1)) >= 0 || text.indexOf(": ") >= 0
                ? text
                : text + ".";
    }
}
