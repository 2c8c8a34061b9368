package dev.slipway.lint.rules;

import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.TreeSet;

/// What a script is run with, for tools that look at scripts alone.
public final class ShellScripts {
    private ShellScripts() {}

    /// Returns the lines to put before the script of a `RUN`: what runs it, and an assignment for
    /// each variable that the build sets; null if it is no script for a shell.
    public static @Nullable String preamble(LintFile file, StageModel stage, Script script) {
        String shell = file.shellAt(stage, script.instruction());
        Dialect dialect = Dialect.of(script, shell);
        if (dialect == Dialect.NONE) {
            return null;
        }
        String shebang = script.shebang();
        StringBuilder text = new StringBuilder("#!");
        text.append(shebang.isEmpty() ? Dialect.firstWord(shell) : shebang).append('\n');
        TreeSet<String> names = new TreeSet<>(ShellChecks.given(stage, script.instruction()));
        for (String name : names) {
            if (isName(name)) {
                text.append("export ").append(name).append("=1\n");
            }
        }
        return text.toString();
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            if (!letter && (i == 0 || c < '0' || c > '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
