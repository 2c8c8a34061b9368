package dev.slipway.lint.rules;

import dev.slipway.lint.model.Command;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.shell.ShellCommand;
import dev.slipway.lint.shell.ShellWalk;
import dev.slipway.lint.shell.ShellWord;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which variables a script sets, and whether their values can hold blanks or patterns.
final class ShellVariables {
    private static final Set<String> DECLARING =
            Set.of(
                    "export",
                    "readonly",
                    "declare",
                    "typeset",
                    "local",
                    "read",
                    "mapfile",
                    "readarray",
                    "getopts",
                    "unset",
                    "wait",
                    "let",
                    "printf");

    private static final Set<String> WITHOUT_BLANKS =
            Set.of(
                    "$",
                    "-",
                    "?",
                    "!",
                    "#",
                    "RANDOM",
                    "SRANDOM",
                    "UID",
                    "EUID",
                    "PPID",
                    "LINENO",
                    "OPTIND",
                    "SECONDS",
                    "SHLVL",
                    "BASHPID",
                    "COLUMNS",
                    "LINES",
                    "SHELLOPTS");

    // Operators that leave a piece of the value.
    private static final Set<String> CUTTING = Set.of("%", "%%", "#", "##", ":");

    private final Set<String> given;
    private final Map<String, Boolean> clean = new HashMap<>(); // name to: never blanks

    /// @param given variables that are set before it, of which none holds blanks
    ShellVariables(Script script, Set<String> given) {
        this.given = given;
        new ShellWalk() {
            @Override
            protected void assignment(ShellCommand.Assignment assignment) {
                assign(assignment.name(), assignment.value());
                super.assignment(assignment);
            }

            @Override
            protected void command(ShellCommand command) {
                if (command instanceof ShellCommand.For loop && !loop.variable().isEmpty()) {
                    forLoop(loop);
                }
                super.command(command);
            }

            @Override
            protected void part(ShellWord.Part part, boolean quoted) {
                if (part instanceof ShellWord.Parameter p && p.operator().endsWith("=")) {
                    set(p.name(), false);
                }
                super.part(part, quoted);
            }
        }.walk(script.tree());
        for (Command command : script.commands()) {
            if (isDeclaring(command.name())) {
                declared(command);
            }
        }
    }

    private void set(String name, boolean isClean) {
        clean.merge(name, isClean, Boolean::logicalAnd);
    }

    private void assign(String name, @Nullable ShellWord value) {
        set(name, value != null && isClean(value.parts()));
    }

    // What is set further up counts as it is there.
    private boolean isClean(List<ShellWord.Part> parts) {
        for (ShellWord.Part part : parts) {
            boolean isClean =
                    switch (part) {
                        case ShellWord.Literal l -> isClean(l.text());
                        case ShellWord.Single s -> isClean(s.text());
                        case ShellWord.DoubleQuoted d -> isClean(d.parts());
                        case ShellWord.Arithmetic _ -> true;
                        case ShellWord.Parameter p -> p.operator().isEmpty() && isClean(p);
                        default -> false;
                    };
            if (!isClean) {
                return false;
            }
        }
        return true;
    }

    private static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (" \t\n*?[".indexOf(text.charAt(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    private void forLoop(ShellCommand.For loop) {
        boolean all = loop.words() != null;
        if (loop.words() != null) {
            for (ShellWord word : loop.words()) {
                String literal = word.literal();
                all &= literal != null && isClean(literal);
            }
        }
        set(loop.variable(), all);
    }

    private void declared(Command command) {
        for (var argument : command.arguments()) {
            String text = argument.text();
            int end = 0;
            while (end < text.length() && isNamePart(text.charAt(end))) {
                end++;
            }
            if (end == 0 || Character.isDigit(text.charAt(0))) {
                continue;
            }
            boolean assigns = end < text.length() && text.charAt(end) == '=';
            boolean append = text.startsWith("+=", end);
            boolean plain = !command.is("printf") && end == text.length();
            if (assigns || append) {
                boolean literal = argument.word().literal() != null;
                set(text.substring(0, end), literal && isClean(text.substring(end + 1)));
            } else if (plain || command.is("printf", "-v")) {
                set(text.substring(0, end), holdsNoBlanks(text.substring(0, end)));
            }
        }
    }

    private static boolean isNamePart(char c) {
        return c == '_'
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9');
    }

    /// Returns whether anything sets the variable.
    boolean isSet(String name) {
        return clean.containsKey(name) || given.contains(name);
    }

    private boolean holdsNoBlanks(String name) {
        Boolean own = clean.get(name);
        return own == null ? given.contains(name) : own;
    }

    /// Returns whether the variable can hold no blanks and patterns.
    boolean isClean(ShellWord.Parameter parameter) {
        return parameter.length()
                || WITHOUT_BLANKS.contains(parameter.name())
                || (holdsNoBlanks(parameter.name())
                        && (parameter.operator().isEmpty()
                                || CUTTING.contains(parameter.operator())));
    }

    /// Returns the names that are set.
    Set<String> names() {
        Set<String> names = new HashSet<>(given);
        names.addAll(clean.keySet());
        return names;
    }

    /// Whether a command names the variables it sets, without a dollar.
    static boolean isDeclaring(String command) {
        return DECLARING.contains(command);
    }
}
