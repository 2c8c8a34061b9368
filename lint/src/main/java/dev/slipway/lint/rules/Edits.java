package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Edit;
import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Command;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.rules.RunCheck.Step;

import java.util.List;

/// Changes of commands in a `RUN`.
final class Edits {
    private Edits() {}

    /// Returns the edit that adds an option behind the subcommand, such as `-y` to `apt-get
    /// install`; none in exec form.
    static List<Edit> option(Step step, Command command, String subcommand, String option) {
        for (Argument argument : command.arguments()) {
            if (argument.text().equals(subcommand)) {
                return insertion(step, argument.end(), " " + option);
            }
        }
        return List.of();
    }

    /// Returns the edit that adds an option right behind the command's name; none in exec form.
    static List<Edit> option(Step step, Command command, String option) {
        return insertion(step, command.nameWord().end(), " " + option);
    }

    /// Returns the edit that runs another command after one; none in exec form and where the
    /// command's success is not what is waited for.
    static List<Edit> followUp(Step step, Command command, String next) {
        List<Command> all = step.commands();
        boolean top = all.getLast() == command && isLast(step.script(), command);
        return top ? insertion(step, command.source().end(), " && " + next) : List.of();
    }

    // Whether nothing but blanks follows a command.
    private static boolean isLast(Script script, Command command) {
        String text = script.source().text();
        return text.substring(command.source().end()).isBlank() && text.indexOf('\n') < 0;
    }

    private static List<Edit> insertion(Step step, int index, String text) {
        if (step.script().exec()) {
            return List.of();
        }
        int offset = step.script().source().endOffset(index);
        return List.of(new Edit(step.file().lines().range(offset, offset), text));
    }

    /// Returns the edit that puts another name in the place of a command's.
    static List<Edit> rename(Step step, Command command, String name) {
        if (step.script().exec()) {
            return List.of();
        }
        var word = command.nameWord();
        return List.of(new Edit(step.file().range(step.script(), word.start(), word.end()), name));
    }
}
