package dev.slipway.lint.rules;

import dev.slipway.lint.model.Command;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/// What a script is run with, for tools that look at scripts alone.
public final class ShellScripts {
    // What makes names mean variables without a dollar, beside what sets them by their names.
    private static final Set<String> BY_NAME = Set.of("eval", "trap", "alias", "test", "[", "");

    private ShellScripts() {}

    /// Returns the lines to put before the script of a `RUN`: what runs it, and an assignment for
    /// each variable that the build sets and that may matter to it; null if it is no script for a
    /// shell.
    public static @Nullable String preamble(LintFile file, StageModel stage, Script script) {
        String shell = file.shellAt(stage, script.instruction());
        Dialect dialect = Dialect.of(script, shell);
        if (dialect == Dialect.NONE) {
            return null;
        }
        String shebang = script.shebang();
        StringBuilder text = new StringBuilder("#!");
        text.append(shebang.isEmpty() ? Dialect.firstWord(shell) : shebang).append('\n');
        Set<String> given = ShellChecks.given(stage, script.instruction());
        for (String name : new TreeSet<>(mattering(given, script))) {
            if (isName(name)) {
                text.append("export ").append(name).append("=1\n");
            }
        }
        return text.toString();
    }

    // Reading the assignments takes ShellCheck longer than most scripts. One it never sees a use of
    // matters to it only as what another name may have been meant to be: where every name is known
    // to be set, those that the script holds will do.
    private static Set<String> mattering(Set<String> given, Script script) {
        String text = script.source().text();
        Set<String> held = new HashSet<>();
        boolean known = !text.contains("((") && !text.contains("[[") && !namesVariables(script);
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && isNamePart(text.charAt(end))) {
                end++;
            }
            if (end == at) {
                at++;
                continue;
            }
            String name = text.substring(at, end);
            if (given.contains(name)) {
                held.add(name);
            } else if (isExpanded(text, at) && !script.assigned().contains(name)) {
                known = false;
            }
            known &= end == text.length() || text.charAt(end) != '[';
            at = end;
        }
        return known ? held : given;
    }

    private static boolean namesVariables(Script script) {
        for (Command command : script.commands()) {
            if (BY_NAME.contains(command.name()) || ShellVariables.isDeclaring(command.name())) {
                return true;
            }
        }
        return false;
    }

    // `$x`, `${x`, `${#x` and `${!x`; a digit begins no name.
    private static boolean isExpanded(String text, int at) {
        int before = at - 1;
        if (before >= 1 && (text.charAt(before) == '#' || text.charAt(before) == '!')) {
            before--;
        }
        if (before >= 1 && text.charAt(before) == '{') {
            before--;
        }
        char first = text.charAt(at);
        return before >= 0 && text.charAt(before) == '$' && (first < '0' || first > '9');
    }

    private static boolean isNamePart(char c) {
        return isLetter(c) || (c >= '0' && c <= '9');
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isNamePart(c) || (i == 0 && !isLetter(c))) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
