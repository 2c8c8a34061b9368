package dev.slipway.lint.rules;

import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Command;
import dev.slipway.lint.shell.ShellCommand;
import dev.slipway.lint.shell.ShellWalk;
import dev.slipway.lint.shell.ShellWord;

import java.util.Set;

/// What POSIX sh does not have.
final class PosixWalk extends ShellWalk {
    private static final Set<String> BASH_VARIABLES =
            Set.of(
                    "RANDOM",
                    "SRANDOM",
                    "UID",
                    "EUID",
                    "SECONDS",
                    "HOSTNAME",
                    "HOSTTYPE",
                    "OSTYPE",
                    "MACHTYPE",
                    "BASHPID",
                    "BASH_SOURCE",
                    "BASH_LINENO",
                    "FUNCNAME",
                    "PIPESTATUS",
                    "DIRSTACK",
                    "SHLVL",
                    "EPOCHSECONDS",
                    "EPOCHREALTIME");

    private final ScriptStep step;

    PosixWalk(ScriptStep step) {
        this.step = step;
    }

    void run() {
        for (Command command : step.commands()) {
            command(command);
        }
        walk(step.script().tree());
    }

    private void undefined(String code, String what, int start, int end) {
        step.report(code, "In POSIX sh, " + what + " is undefined", start, end);
    }

    private void command(Command command) {
        int start = command.nameWord().start();
        int end = command.nameWord().end();
        switch (command.name()) {
            case "source" -> undefined("SC3046", "'source' in place of '.'", start, end);
            case "local" -> {
                if (step.dialect() == Dialect.SH) {
                    undefined("SC3043", "'local'", start, end);
                }
            }
            case "declare",
                    "typeset",
                    "let",
                    "pushd",
                    "popd",
                    "shopt",
                    "select",
                    "disown",
                    "dirs",
                    "caller",
                    "compgen",
                    "complete",
                    "enable",
                    "mapfile",
                    "readarray",
                    "suspend" ->
                    undefined("SC3044", "'" + command.name() + "'", start, end);
            case "set" -> options(command);
            case "echo" -> echo(command);
            case "[", "test" -> test(command);
            default -> {}
        }
    }

    private void options(Command set) {
        boolean option = false;
        for (Argument argument : set.arguments()) {
            if (option && argument.text().equals("pipefail")) {
                undefined("SC3040", "set option pipefail", argument.start(), argument.end());
            }
            option = argument.text().startsWith("-") && argument.text().endsWith("o");
        }
    }

    private void echo(Command echo) {
        if (echo.arguments().isEmpty()) {
            return;
        }
        Argument first = echo.arguments().getFirst();
        boolean flags =
                first.text().length() > 1
                        && first.text().startsWith("-")
                        && !first.word().quoted()
                        && isOf(first.text().substring(1), "neE");
        boolean dashN = step.dialect() == Dialect.DASH && first.text().equals("-n");
        if (flags && !dashN) {
            undefined("SC3037", "echo flags", first.start(), first.end());
        }
    }

    private static boolean isOf(String text, String characters) {
        for (int i = 0; i < text.length(); i++) {
            if (characters.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private void test(Command test) {
        for (Argument argument : test.arguments()) {
            if (argument.text().equals("==") && !argument.word().quoted()) {
                undefined("SC3014", "== in place of =", argument.start(), argument.end());
            }
        }
    }

    @Override
    protected void command(ShellCommand command) {
        switch (command) {
            case ShellCommand.Test test -> {
                if (test.arithmetic()) {
                    undefined("SC3006", "standalone ((..))", test.start(), test.end());
                } else {
                    undefined("SC3010", "[[ ]]", test.start(), test.end());
                }
            }
            case ShellCommand.For loop -> {
                if (loop.variable().isEmpty()) {
                    undefined("SC3005", "arithmetic for loops", loop.start(), loop.end());
                }
            }
            case ShellCommand.Function function -> {
                if (function.keyword()) {
                    String text = step.script().source().text();
                    int body = function.body().start();
                    boolean parentheses = text.substring(function.start(), body).indexOf('(') >= 0;
                    step.report(
                            parentheses ? "SC2112" : "SC2113",
                            "'function' is not standard: write name() instead",
                            function.start(),
                            function.start() + "function".length());
                }
            }
            default -> {}
        }
        super.command(command);
    }

    @Override
    protected void assignment(ShellCommand.Assignment assignment) {
        if (assignment.value() == null) {
            undefined("SC3030", "arrays", assignment.start(), assignment.end());
        } else if (assignment.append()) {
            undefined("SC3024", "+=", assignment.start(), assignment.end());
        }
        super.assignment(assignment);
    }

    @Override
    protected void redirection(ShellCommand.Redirection redirection) {
        switch (redirection.operator()) {
            case "&>", "&>>" -> undefined("SC3020", "&>", redirection.start(), redirection.end());
            case "<<<" ->
                    undefined("SC3011", "here-strings", redirection.start(), redirection.end());
            default -> {}
        }
        super.redirection(redirection);
    }

    @Override
    protected void word(ShellWord word) {
        for (ShellWord.Part part : word.parts()) {
            if (part instanceof ShellWord.Literal l && !l.escaped()) {
                braces(l);
            }
        }
        super.word(word);
    }

    // {a,b} and {1..3}
    private void braces(ShellWord.Literal literal) {
        String text = literal.text();
        int open = text.indexOf('{');
        int close = open < 0 ? -1 : text.indexOf('}', open);
        if (close < 0) {
            return;
        }
        String inside = text.substring(open + 1, close);
        if (inside.indexOf(',') >= 0 || inside.contains("..")) {
            int start = literal.start() + open;
            undefined("SC3009", "brace expansion", start, start + close - open + 1);
        }
    }

    @Override
    protected void part(ShellWord.Part part, boolean quoted) {
        switch (part) {
            case ShellWord.ProcessSubstitution p ->
                    undefined("SC3001", "process substitution", p.start(), p.end());
            case ShellWord.Single s -> {
                if (s.dollar()) {
                    undefined("SC3003", "$'..'", s.start(), s.end());
                }
            }
            case ShellWord.Parameter p -> parameter(p);
            default -> {}
        }
        super.part(part, quoted);
    }

    private void parameter(ShellWord.Parameter p) {
        if (BASH_VARIABLES.contains(p.name()) && !step.variables().isSet(p.name())) {
            undefined("SC3028", p.name(), p.start(), p.end());
        }
        if (p.indirect()) {
            undefined("SC3053", "indirect expansion", p.start(), p.end());
        }
        switch (p.operator()) {
            case "[" -> undefined("SC3054", "array references", p.start(), p.end());
            case ":" -> undefined("SC3057", "string indexing", p.start(), p.end());
            case "/", "//" -> undefined("SC3060", "string replacement", p.start(), p.end());
            case "^", "^^", ",", ",," ->
                    undefined("SC3059", "case modification", p.start(), p.end());
            default -> {}
        }
    }
}
