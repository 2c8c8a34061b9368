package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Edit;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.shell.ShellCommand;
import dev.slipway.lint.shell.ShellWord;

import java.util.ArrayList;
import java.util.List;

/// Turns a script of one plain command into a JSON array.
final class JsonForm {
    private JsonForm() {}

    /// Returns the edit; none if the script needs a shell.
    static List<Edit> edits(LintFile file, Script script) {
        List<ShellCommand> commands = script.tree().body().commands();
        boolean single =
                commands.size() == 1
                        && script.tree().problems().isEmpty()
                        && (script.tree().body().ends().getFirst() == 0);
        if (!single || !(commands.getFirst() instanceof ShellCommand.Simple simple)) {
            return List.of();
        }
        if (!simple.assignments().isEmpty() || !simple.redirections().isEmpty()) {
            return List.of();
        }
        List<String> words = new ArrayList<>();
        for (ShellWord word : simple.words()) {
            String literal = word.literal();
            if (literal == null || isPattern(word) || !isPlain(literal)) {
                return List.of();
            }
            words.add(Wording.quoted(literal));
        }
        // A comment or more behind the command would be lost.
        boolean all = script.source().text().strip().length() == simple.end() - simple.start();
        if (!all || words.isEmpty() || isBuiltin(simple.words().getFirst().simplified())) {
            return List.of();
        }
        String array = "[" + String.join(", ", words) + "]";
        return List.of(new Edit(file.range(script, simple.start(), simple.end()), array));
    }

    private static boolean isBuiltin(String name) {
        return List.of("exec", "cd", "set", ".", "source", "eval", "exit", "export", "ulimit", ":")
                .contains(name);
    }

    private static boolean isPlain(String literal) {
        for (int i = 0; i < literal.length(); i++) {
            if (literal.charAt(i) < ' ') {
                return false;
            }
        }
        return true;
    }

    private static boolean isPattern(ShellWord word) {
        for (ShellWord.Part part : word.parts()) {
            if (part instanceof ShellWord.Literal l && !l.escaped()) {
                for (int i = 0; i < l.text().length(); i++) {
                    if ("*?[~{".indexOf(l.text().charAt(i)) >= 0) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
