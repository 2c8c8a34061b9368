package dev.slipway.lint.rules;

import dev.slipway.lint.FixKind;
import dev.slipway.lint.shell.ShellCommand;
import dev.slipway.lint.shell.ShellWalk;
import dev.slipway.lint.shell.ShellWord;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Expansions: quotes around them, and whether what they name is set.
final class ExpansionWalk extends ShellWalk {
    private final ScriptStep step;
    private boolean splits; // whether the words at hand are split where a blank is
    private boolean defaults; // whether they are those of `:`

    ExpansionWalk(ScriptStep step) {
        this.step = step;
    }

    void run() {
        walk(step.script().tree());
    }

    @Override
    protected void command(ShellCommand command) {
        boolean before = splits;
        switch (command) {
            case ShellCommand.Simple simple -> {
                // sh that is only POSIX splits what is behind the equals sign, too.
                splits = !isDeclaration(simple) || step.dialect() == Dialect.SH;
                defaults = isNull(simple);
                super.command(command);
                defaults = false;
            }
            case ShellCommand.Test _, ShellCommand.Case _, ShellCommand.For _ -> {
                splits = false;
                super.command(command);
            }
            default -> super.command(command);
        }
        splits = before;
    }

    private static boolean isDeclaration(ShellCommand.Simple simple) {
        if (simple.words().isEmpty()) {
            return false;
        }
        String name = simple.words().getFirst().literal();
        return name != null
                && Set.of("export", "readonly", "declare", "typeset", "local").contains(name);
    }

    private static boolean isNull(ShellCommand.Simple simple) {
        return !simple.words().isEmpty() && ":".equals(simple.words().getFirst().literal());
    }

    // `: ${x:=…}` is there to set it.
    private boolean isDefault(ShellWord.Parameter p) {
        return defaults && p.operator().endsWith("=");
    }

    @Override
    protected void assignment(ShellCommand.Assignment assignment) {
        boolean before = splits;
        splits = false;
        super.assignment(assignment);
        splits = before;
    }

    @Override
    protected void redirection(ShellCommand.Redirection redirection) {
        boolean before = splits;
        splits = !redirection.operator().startsWith("<<");
        super.redirection(redirection);
        splits = before;
    }

    @Override
    protected void part(ShellWord.Part part, boolean quoted) {
        switch (part) {
            case ShellWord.Parameter p -> {
                unset(p);
                if (!quoted && splits) {
                    unquoted(p);
                }
            }
            case ShellWord.Substitution s -> {
                substitution(s, quoted);
            }
            default -> {}
        }
        super.part(part, quoted);
    }

    private void unquoted(ShellWord.Parameter p) {
        if (p.name().equals("@")) {
            step.report(
                    "SC2068",
                    "Quote \"$@\", or its elements are split again",
                    p.start(),
                    p.end(),
                    FixKind.UNSAFE,
                    "Quote it",
                    quotes(p));
        } else if (p.name().equals("*")) {
            step.report("SC2048", "Use \"$@\": $* splits its elements again", p.start(), p.end());
        } else if (!step.variables().isClean(p) && !isAlternative(p) && !isDefault(p)) {
            step.report(
                    "SC2086",
                    "Quote this expansion, or its value is split at blanks and taken for patterns",
                    p.start(),
                    p.end(),
                    FixKind.UNSAFE,
                    "Quote it",
                    quotes(p));
        }
    }

    // `${x:+…}` and `${x+…}` give words that are written here.
    private static boolean isAlternative(ShellWord.Parameter p) {
        return p.operator().endsWith("+");
    }

    private List<dev.slipway.dockerfile.Edit> quotes(ShellWord.Part p) {
        String text = step.script().source().text().substring(p.start(), p.end());
        return step.replacement(p.start(), p.end(), '"' + text + '"');
    }

    private void substitution(ShellWord.Substitution s, boolean quoted) {
        if (!quoted && splits && !isNumeric(s)) {
            step.report(
                    "SC2046",
                    "Quote this, or its output is split at blanks and taken for patterns",
                    s.start(),
                    s.end(),
                    FixKind.UNSAFE,
                    "Quote it",
                    quotes(s));
        }
        if (s.backquoted()) {
            String text = step.script().source().text().substring(s.start() + 1, s.end() - 1);
            boolean plain = text.indexOf('\\') < 0 && !text.strip().startsWith("#");
            boolean empty = s.body().commands().isEmpty();
            if (!empty) {
                step.report(
                        "SC2006",
                        "Write $(…) instead of backquotes: it nests and is easier to read",
                        s.start(),
                        s.end(),
                        FixKind.SAFE,
                        "Write $(…)",
                        plain && !text.startsWith("(")
                                ? step.replacement(s.start(), s.end(), "$(" + text + ")")
                                : List.of());
            }
        }
    }

    // Programs that print a number or one word.
    private static boolean isNumeric(ShellWord.Substitution s) {
        if (s.body().commands().isEmpty()) {
            return true;
        }
        return s.body().commands().getLast() instanceof ShellCommand.Simple simple
                && !simple.words().isEmpty()
                && Set.of("nproc", "wc", "seq", "pgrep")
                        .contains(String.valueOf(simple.words().getFirst().literal()));
    }

    private void unset(ShellWord.Parameter p) {
        boolean guarded =
                !p.operator().isEmpty()
                        && ":-+?=".indexOf(p.operator().charAt(0)) >= 0
                        && !p.operator().equals(":");
        boolean name = !p.name().isEmpty() && isName(p.name().charAt(0));
        if (!name || guarded || step.variables().isSet(p.name())) {
            return;
        }
        boolean local = !Wording.isUpper(p.name());
        if (local) {
            String meant = best(p.name());
            step.report(
                    "SC2154",
                    p.name()
                            + " is used but never set"
                            + (meant == null ? "" : " (did you mean " + meant + "?)"),
                    p.start(),
                    p.end());
        } else {
            String meant = best(p.name());
            if (meant != null) {
                step.report(
                        "SC2153",
                        p.name() + " may not be set: did you mean " + meant + "?",
                        p.start(),
                        p.end());
            }
        }
    }

    private static boolean isName(char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    // One letter away if the name is longer than three, two if it is longer than seven.
    private @Nullable String best(String name) {
        List<String> names = new ArrayList<>(step.variables().names());
        names.removeIf(candidate -> candidate.length() <= 3);
        names.sort(null);
        String meant = Wording.nearest(name, names);
        if (meant == null) {
            return null;
        }
        int distance = Wording.distanceBetween(name, meant);
        return distance <= 1 || (meant.length() > 7 && distance <= 2) ? meant : null;
    }
}
