package dev.slipway.lint.rules;

import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Command;
import dev.slipway.lint.shell.ShellCommand;
import dev.slipway.lint.shell.ShellWalk;
import dev.slipway.lint.shell.ShellWord;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// How commands are used and put together.
final class HabitWalk extends ShellWalk {
    private static final Set<String> LITERAL_QUOTES =
            Set.of(
                    "sed",
                    "awk",
                    "gawk",
                    "mawk",
                    "perl",
                    "jq",
                    "yq",
                    "grep",
                    "find",
                    "trap",
                    "sh",
                    "bash",
                    "dash",
                    "ash",
                    "su",
                    "eval",
                    "xargs",
                    "envsubst",
                    "psql",
                    "mysql",
                    "docker",
                    "git",
                    "alias",
                    "watch",
                    "ssh",
                    "rg",
                    "node",
                    "python",
                    "ruby",
                    "php",
                    "test",
                    "[",
                    "unset",
                    "rename",
                    "dpkg-query",
                    "gettext",
                    "printf");

    private static final Set<String> PRECIOUS =
            Set.of(
                    "/",
                    "/bin",
                    "/boot",
                    "/dev",
                    "/etc",
                    "/home",
                    "/lib",
                    "/lib64",
                    "/media",
                    "/mnt",
                    "/usr",
                    "/usr/bin",
                    "/usr/local",
                    "/usr/share",
                    "/var");

    private final ScriptStep step;
    private final Set<ShellCommand> conditions = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean errexit;

    HabitWalk(ScriptStep step) {
        this.step = step;
    }

    void run() {
        for (Command command : step.commands()) {
            errexit |= command.is("set") && setsErrexit(command);
        }
        String shell = step.step().file().shellAt(step.step().stage(), step.step().run());
        errexit |= hasErrexit(shell) || hasErrexit(step.script().shebang());
        for (Command command : step.commands()) {
            command(command);
        }
        walk(step.script().tree());
    }

    private static boolean setsErrexit(Command set) {
        return set.hasFlag("e") || set.hasAny("errexit");
    }

    private static boolean hasErrexit(String shell) {
        int blank = shell.indexOf(' ');
        while (blank >= 0 && blank + 1 < shell.length()) {
            int end = shell.indexOf(' ', blank + 1);
            String word = shell.substring(blank + 1, end < 0 ? shell.length() : end);
            boolean flags = word.startsWith("-") && !word.startsWith("--");
            if ((flags && word.indexOf('e') > 0) || word.equals("errexit")) {
                return true;
            }
            blank = end;
        }
        return false;
    }

    private void command(Command command) {
        switch (command.name()) {
            case "read" -> {
                if (!command.hasFlag("r")) {
                    report("SC2162", "read without -r takes backslashes away", command);
                }
            }
            case "echo" -> echo(command);
            case "printf" -> printf(command);
            case "mkdir" -> {
                if (command.hasFlag("p") && command.hasAnyFlag("m", "mode") && isDeep(command)) {
                    report("SC2174", "With -p, -m only counts for the deepest directory", command);
                }
            }
            case "rm" -> remove(command);
            case "export", "local", "declare", "typeset", "readonly" -> declaration(command);
            default -> {}
        }
        globs(command);
        singleQuotes(command);
    }

    private void report(String code, String message, Command command) {
        int end =
                command.arguments().isEmpty()
                        ? command.nameWord().end()
                        : command.arguments().getLast().end();
        step.report(code, message, command.nameWord().start(), end);
    }

    private static boolean isDeep(Command mkdir) {
        for (Argument argument : mkdir.operands("m", "mode")) {
            if (argument.text().indexOf('/', 1) > 0) {
                return true;
            }
        }
        return false;
    }

    private void echo(Command echo) {
        boolean flagged = echo.hasFlag("e") || echo.hasFlag("E");
        if (flagged || step.dialect().isPosix()) {
            return; // sh may expand escapes itself
        }
        for (Argument argument : echo.arguments()) {
            if (argument.word().quoted() && hasEscape(argument.text())) {
                report("SC2028", "echo may not expand this escape: use printf", echo);
                return;
            }
        }
    }

    private static boolean hasEscape(String text) {
        int slash = text.indexOf('\\');
        return slash >= 0
                && slash + 1 < text.length()
                && "rnt".indexOf(text.charAt(slash + 1)) >= 0;
    }

    private void printf(Command printf) {
        List<Argument> operands = printf.operands("v");
        if (operands.isEmpty() || operands.getFirst().word().literal() != null) {
            return;
        }
        if (operands.getFirst().text().indexOf('%') < 0) {
            report(
                    "SC2059",
                    "Do not expand variables in the format of printf: use printf '%s' \"$x\"",
                    printf);
        }
    }

    // `rm -r "$x/"` removes everything if x is empty.
    private void remove(Command rm) {
        if (!rm.hasAnyFlag("r", "R", "recursive")) {
            return;
        }
        for (Argument argument : rm.operands()) {
            StringBuilder path = new StringBuilder();
            if (emptied(argument.word().parts(), path) && isPrecious(path)) {
                step.report(
                        "SC2115",
                        "Use ${var:?} so that this never becomes / when the variable is empty",
                        argument.start(),
                        argument.end());
            }
        }
    }

    // What is left of a word when its variables and the output of commands are empty, with an x for
    // anything else that is expanded; returns whether there are such.
    private static boolean emptied(List<ShellWord.Part> parts, StringBuilder path) {
        boolean any = false;
        for (ShellWord.Part part : parts) {
            switch (part) {
                case ShellWord.Literal l -> path.append(l.text());
                case ShellWord.Single s -> path.append(s.text());
                case ShellWord.DoubleQuoted d -> any |= emptied(d.parts(), path);
                case ShellWord.Parameter p when canBeEmpty(p) -> any = true;
                case ShellWord.Substitution _ -> any = true;
                default -> path.append('x');
            }
        }
        return any;
    }

    private static boolean canBeEmpty(ShellWord.Parameter p) {
        String operator = p.operator();
        boolean given = operator.endsWith("-") || operator.endsWith("?") || operator.endsWith("=");
        return !given && !p.length();
    }

    private static boolean isPrecious(StringBuilder path) {
        int end = path.length();
        while (end > 1 && (path.charAt(end - 1) == '/' || path.charAt(end - 1) == '*')) {
            end--;
        }
        return PRECIOUS.contains(path.substring(0, end).replace("//", "/"));
    }

    private void declaration(Command command) {
        for (Argument argument : command.arguments()) {
            List<ShellWord.Part> parts = argument.word().parts();
            boolean assigns =
                    parts.size() > 1
                            && parts.getFirst() instanceof ShellWord.Literal l
                            && l.text().indexOf('=') > 0;
            if (assigns && runsSomething(parts)) {
                step.report(
                        "SC2155",
                        "Set and declare in two commands, or the status of the substitution is"
                                + " lost",
                        argument.start(),
                        argument.end());
            }
        }
    }

    private static boolean runsSomething(List<ShellWord.Part> parts) {
        for (ShellWord.Part part : parts) {
            if (part instanceof ShellWord.Substitution
                    || (part instanceof ShellWord.DoubleQuoted d && runsSomething(d.parts()))) {
                return true;
            }
        }
        return false;
    }

    private void globs(Command command) {
        boolean harmless =
                Set.of("echo", "printf", "set", "[", "test", "expr", "case", "")
                        .contains(command.name());
        boolean ended = false;
        for (Argument argument : command.arguments()) {
            ended |= argument.text().equals("--");
            List<ShellWord.Part> parts = argument.word().parts();
            boolean glob =
                    !parts.isEmpty()
                            && parts.getFirst() instanceof ShellWord.Literal l
                            && !l.escaped()
                            && (l.text().startsWith("*") || l.text().startsWith("?"));
            if (glob && !harmless && !ended) {
                step.report(
                        "SC2035",
                        "Write ./* or put -- before it: a file whose name begins with a dash would"
                                + " be an option",
                        argument.start(),
                        argument.end());
            }
        }
    }

    private void singleQuotes(Command command) {
        if (LITERAL_QUOTES.contains(command.name()) || command.name().isEmpty()) {
            return;
        }
        for (Argument argument : command.arguments()) {
            for (ShellWord.Part part : argument.word().parts()) {
                if (part instanceof ShellWord.Single s && !s.dollar() && expands(s.text())) {
                    step.report(
                            "SC2016",
                            "Nothing is expanded in single quotes: use double quotes if it is to"
                                    + " be",
                            part.start(),
                            part.end());
                }
            }
        }
    }

    private static boolean expands(String text) {
        int dollar = text.indexOf('$');
        while (dollar >= 0 && dollar + 1 < text.length()) {
            char next = text.charAt(dollar + 1);
            if (next == '{' || next == '(' || next == '_' || Character.isLetterOrDigit(next)) {
                return true;
            }
            dollar = text.indexOf('$', dollar + 1);
        }
        int tick = text.indexOf('`');
        return tick >= 0 && text.indexOf('`', tick + 1) > tick + 1;
    }

    @Override
    protected void command(ShellCommand command) {
        switch (command) {
            case ShellCommand.Pipeline pipeline -> uselessCat(pipeline);
            case ShellCommand.AndOr andOr -> notIfElse(andOr);
            case ShellCommand.Sequence sequence -> unguardedCd(sequence);
            case ShellCommand.If choice ->
                    choice.branches()
                            .forEach(branch -> conditions.addAll(branch.condition().commands()));
            case ShellCommand.Loop loop -> conditions.addAll(loop.condition().commands());
            case ShellCommand.Simple simple -> {
                simple.words().forEach(this::oddQuotes);
                for (ShellCommand.Assignment assignment : simple.assignments()) {
                    ShellWord value = assignment.value();
                    if (value != null) {
                        oddQuotes(value);
                    }
                }
            }
            default -> {}
        }
        super.command(command);
    }

    private void uselessCat(ShellCommand.Pipeline pipeline) {
        if (pipeline.commands().size() < 2
                || !(pipeline.commands().getFirst() instanceof ShellCommand.Simple cat)
                || cat.words().size() != 2
                || !"cat".equals(cat.words().getFirst().literal())) {
            return;
        }
        ShellWord file = cat.words().getLast();
        String text = file.simplified();
        if (!text.startsWith("-")
                && !isSplit(file)
                && text.indexOf('*') < 0
                && text.indexOf('?') < 0) {
            step.report(
                    "SC2002",
                    "Useless cat: give the file to the next command, or use <",
                    file.start(),
                    file.end());
        }
    }

    // It may be several files, or none.
    private static boolean isSplit(ShellWord word) {
        for (ShellWord.Part part : word.parts()) {
            if (part instanceof ShellWord.Parameter || part instanceof ShellWord.Substitution) {
                return true;
            }
        }
        return false;
    }

    private void notIfElse(ShellCommand.AndOr andOr) {
        List<Boolean> operators = andOr.operators();
        boolean pattern = operators.size() == 2 && operators.get(0) && !operators.get(1);
        if (!pattern || !(andOr.operands().get(2) instanceof ShellCommand.Simple last)) {
            return;
        }
        boolean harmless = isHarmless(last) || isHarmless(andOr.operands().get(1));
        if (!harmless && !conditions.contains(andOr)) {
            int operator =
                    step.script().source().text().indexOf("&&", andOr.operands().getFirst().end());
            step.report(
                    "SC2015",
                    "A && B || C is no if-then-else: C also runs when B fails",
                    operator,
                    operator + 2);
        }
    }

    private static boolean isHarmless(ShellCommand command) {
        if (!(command instanceof ShellCommand.Simple simple)) {
            return false;
        }
        if (simple.words().isEmpty()) {
            return true;
        }
        String name = simple.words().getFirst().literal();
        return name != null
                && Set.of("echo", "exit", "return", "printf", "true", ":", "break", "continue")
                        .contains(name);
    }

    private void unguardedCd(ShellCommand.Sequence sequence) {
        if (errexit) {
            return;
        }
        List<ShellCommand> commands = sequence.commands();
        for (int i = 0; i < commands.size(); i++) {
            if (commands.get(i) instanceof ShellCommand.Simple simple
                    && i + 1 < commands.size()
                    && isCd(simple)) {
                step.report(
                        "SC2164",
                        "What follows runs in the wrong directory if this fails: write cd … ||"
                                + " exit",
                        simple.start(),
                        simple.end(),
                        FixKind.UNSAFE,
                        "Add || exit",
                        step.replacement(simple.end(), simple.end(), " || exit"));
            }
        }
    }

    private static boolean isCd(ShellCommand.Simple simple) {
        if (simple.words().isEmpty()) {
            return false;
        }
        String name = simple.words().getFirst().literal();
        boolean moves = "cd".equals(name) || "pushd".equals(name) || "popd".equals(name);
        String target = simple.words().size() > 1 ? simple.words().get(1).simplified() : "";
        return moves && !target.startsWith("..") && !target.equals("/") && !target.equals("-");
    }

    // "a"b"c": the quotes end where they were to begin.
    private void oddQuotes(ShellWord word) {
        List<ShellWord.Part> parts = word.parts();
        for (int i = 1; i + 1 < parts.size(); i++) {
            boolean between =
                    parts.get(i) instanceof ShellWord.Literal l
                            && !l.escaped()
                            && isWordLike(l.text())
                            && parts.get(i - 1) instanceof ShellWord.DoubleQuoted before
                            && isAllLiteral(before)
                            && parts.get(i + 1) instanceof ShellWord.DoubleQuoted after
                            && isAllLiteral(after);
            if (between) {
                step.report(
                        "SC2140",
                        "This word is \"A\"B\"C\": the middle is outside quotes",
                        parts.get(i).start(),
                        parts.get(i).end());
            }
        }
    }

    private static boolean isAllLiteral(ShellWord.DoubleQuoted quoted) {
        for (ShellWord.Part part : quoted.parts()) {
            if (!(part instanceof ShellWord.Literal)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWordLike(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isLetterOrDigit(text.charAt(i)) && text.charAt(i) != '_') {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
