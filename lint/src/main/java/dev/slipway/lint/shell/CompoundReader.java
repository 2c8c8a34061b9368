package dev.slipway.lint.shell;

import dev.slipway.lint.shell.ShellCommand.Redirection;
import dev.slipway.lint.shell.ShellCommand.Sequence;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Reads the commands that hold others: groups, conditions, loops, cases and functions.
final class CompoundReader {
    private final Cursor cursor;
    private final WordReader words;
    private final ShellParser commands;

    CompoundReader(Cursor cursor, WordReader words, ShellParser commands) {
        this.cursor = cursor;
        this.words = words;
        this.commands = commands;
    }

    /// Reads the compound command that begins here; null if none does.
    @Nullable ShellCommand read() {
        if (cursor.peek() == '(') {
            return cursor.peek(1) == '(' ? arithmeticOrSubshell() : subshell();
        }
        if (cursor.looksAt("[[") && " \t\n".indexOf(cursor.peek(2)) >= 0) {
            return test();
        }
        String word = commands.reservedWord();
        if (word == null) {
            return null;
        }
        return switch (word) {
            case "{" -> group();
            case "if" -> condition();
            case "while", "until" -> loop(word);
            case "for", "select" -> forLoop(word);
            case "case" -> caseCommand();
            case "function" -> functionKeyword();
            default -> null;
        };
    }

    private ShellCommand subshell() {
        int start = cursor.at;
        cursor.at++;
        Sequence body = commands.enclosed(')');
        expect(')', "this ( is never closed", start);
        List<Redirection> redirections = commands.redirections();
        return new ShellCommand.Group(true, body, redirections, start, cursor.at);
    }

    private void expect(char closing, String message, int start) {
        if (cursor.peek() == closing) {
            cursor.at++;
        } else {
            cursor.problem(message, start, start + 1);
        }
    }

    private ShellCommand arithmeticOrSubshell() {
        int start = cursor.at;
        int end = words.arithmeticEnd(start + 2);
        if (end < 0) {
            return subshell();
        }
        List<ShellWord.Part> parts = words.partsWithin(start + 2, end);
        cursor.at = end + 2;
        ShellWord expression = new ShellWord(parts, start + 2, end);
        List<Redirection> redirections = commands.redirections();
        return new ShellCommand.Test(true, List.of(expression), redirections, start, cursor.at);
    }

    private ShellCommand test() {
        int start = cursor.at;
        cursor.at += 2;
        List<ShellWord> all = new ArrayList<>();
        while (true) {
            commands.skipLines();
            if (cursor.atEnd()) {
                cursor.problem("this [[ is never closed", start, start + 2);
                break;
            }
            if (cursor.looksAt("]]")) {
                cursor.at += 2;
                break;
            }
            ShellWord word = words.word();
            if (word.start() == word.end()) {
                cursor.at++; // an operator: < > ( ) && ||
            } else {
                all.add(word);
            }
        }
        List<Redirection> redirections = commands.redirections();
        return new ShellCommand.Test(false, all, redirections, start, cursor.at);
    }

    private ShellCommand group() {
        int start = cursor.at;
        cursor.at++;
        Sequence body = commands.sequence();
        closeWith("}", "this { is never closed", start, 1);
        List<Redirection> redirections = commands.redirections();
        return new ShellCommand.Group(false, body, redirections, start, cursor.at);
    }

    // Takes a reserved word, or says that it is missing.
    private boolean closeWith(String word, String message, int start, int length) {
        cursor.skipBlanks();
        if (word.equals(commands.reservedWord())) {
            cursor.at += word.length();
            return true;
        }
        cursor.problem(message, start, start + length);
        return false;
    }

    private ShellCommand condition() {
        int start = cursor.at;
        List<ShellCommand.Branch> branches = new ArrayList<>();
        Sequence otherwise = null;
        cursor.at += 2;
        boolean more = true;
        while (more) {
            Sequence condition = commands.sequence();
            boolean then = closeWith("then", "this if has no 'then'", start, 2);
            Sequence body =
                    then
                            ? commands.sequence()
                            : new Sequence(List.of(), List.of(), cursor.at, cursor.at);
            branches.add(new ShellCommand.Branch(condition, body));
            more = then && take("elif");
        }
        if (take("else")) {
            otherwise = commands.sequence();
        }
        closeWith("fi", "this if has no 'fi'", start, 2);
        List<Redirection> redirections = commands.redirections();
        return new ShellCommand.If(branches, otherwise, redirections, start, cursor.at);
    }

    private boolean take(String word) {
        cursor.skipBlanks();
        if (word.equals(commands.reservedWord())) {
            cursor.at += word.length();
            return true;
        }
        return false;
    }

    private ShellCommand loop(String keyword) {
        int start = cursor.at;
        cursor.at += keyword.length();
        Sequence condition = commands.sequence();
        Sequence body = body(start, keyword);
        List<Redirection> redirections = commands.redirections();
        return new ShellCommand.Loop(
                keyword.equals("until"), condition, body, redirections, start, cursor.at);
    }

    private Sequence body(int start, String keyword) {
        int length = keyword.length();
        commands.skipLines();
        if (cursor.peek() == ';') {
            cursor.at++;
            commands.skipLines();
        }
        if (take("{")) {
            Sequence braced = commands.sequence();
            closeWith("}", "this { is never closed", start, length);
            return braced;
        }
        if (!closeWith("do", "this " + keyword + " has no 'do'", start, length)) {
            return new Sequence(List.of(), List.of(), cursor.at, cursor.at);
        }
        Sequence body = commands.sequence();
        closeWith("done", "this " + keyword + " has no 'done'", start, length);
        return body;
    }

    private ShellCommand forLoop(String keyword) {
        int start = cursor.at;
        cursor.at += keyword.length();
        cursor.skipBlanks();
        String variable = "";
        List<ShellWord> list = null;
        if (cursor.looksAt("((")) {
            list = header(start);
        } else {
            ShellWord name = words.word();
            variable = cursor.text.substring(name.start(), name.end());
            commands.skipLines();
            if (take("in")) {
                list = wordsOfLine();
            }
        }
        Sequence body = body(start, keyword);
        List<Redirection> redirections = commands.redirections();
        return new ShellCommand.For(variable, list, body, redirections, start, cursor.at);
    }

    private List<ShellWord> header(int start) {
        int end = cursor.text.indexOf("))", cursor.at);
        if (end < 0 || end + 2 > cursor.limit) {
            cursor.problem("this for (( is never closed", start, start + 3);
            cursor.at += 2;
            return List.of();
        }
        int from = cursor.at + 2;
        List<ShellWord.Part> parts = words.partsWithin(from, end);
        cursor.at = end + 2;
        return List.of(new ShellWord(parts, from, end));
    }

    private List<ShellWord> wordsOfLine() {
        List<ShellWord> list = new ArrayList<>();
        while (true) {
            cursor.skipBlanks();
            ShellWord word = words.word();
            if (word.start() == word.end()) {
                return list;
            }
            list.add(word);
        }
    }

    private ShellCommand caseCommand() {
        int start = cursor.at;
        cursor.at += "case".length();
        cursor.skipBlanks();
        ShellWord subject = words.word();
        commands.skipLines();
        if (!take("in")) {
            cursor.problem("this case has no 'in'", start, start + 4);
        }
        List<ShellCommand.Arm> arms = new ArrayList<>();
        while (true) {
            commands.skipLines();
            if (cursor.atEnd() || "esac".equals(commands.reservedWord())) {
                break;
            }
            int before = cursor.at;
            arms.add(arm());
            if (cursor.at == before) {
                break;
            }
        }
        closeWith("esac", "this case has no 'esac'", start, 4);
        List<Redirection> redirections = commands.redirections();
        return new ShellCommand.Case(subject, arms, redirections, start, cursor.at);
    }

    private ShellCommand.Arm arm() {
        List<ShellWord> patterns = new ArrayList<>();
        if (cursor.peek() == '(') {
            cursor.at++;
        }
        while (true) {
            cursor.skipBlanks();
            ShellWord pattern = words.word();
            if (pattern.end() > pattern.start()) {
                patterns.add(pattern);
            }
            cursor.skipBlanks();
            if (cursor.peek() != '|') {
                break;
            }
            cursor.at++;
        }
        if (cursor.peek() == ')') {
            cursor.at++;
        } else {
            cursor.problem("this pattern of a case has no ')'", cursor.at, cursor.at + 1);
        }
        Sequence body = commands.sequence();
        cursor.skipBlanks();
        if (cursor.peek() == ';') {
            cursor.at += cursor.looksAt(";;&") ? 3 : cursor.peek(1) == 0 ? 1 : 2;
        }
        return new ShellCommand.Arm(patterns, body);
    }

    private @Nullable ShellCommand functionKeyword() {
        int start = cursor.at;
        cursor.at += "function".length();
        cursor.skipBlanks();
        ShellWord name = words.word();
        if (name.start() == name.end()) {
            cursor.at = start;
            return null;
        }
        cursor.skipBlanks();
        if (cursor.looksAt("()")) {
            cursor.at += 2;
        }
        return function(cursor.text.substring(name.start(), name.end()), true, start);
    }

    /// Reads on if `name` turns out to be that of a function, `name() …`; else null.
    @Nullable ShellCommand functionOf(ShellWord name) {
        int at = cursor.at;
        while (at < cursor.limit && cursor.text.charAt(at) == ' ') {
            at++;
        }
        if (at >= cursor.limit || cursor.text.charAt(at) != '(') {
            return null;
        }
        int close = at + 1;
        while (close < cursor.limit && cursor.text.charAt(close) == ' ') {
            close++;
        }
        if (close >= cursor.limit || cursor.text.charAt(close) != ')') {
            return null;
        }
        cursor.at = close + 1;
        return function(cursor.text.substring(name.start(), name.end()), false, name.start());
    }

    private ShellCommand function(String name, boolean keyword, int start) {
        commands.skipLines();
        ShellCommand body = commands.command();
        if (body == null) {
            cursor.problem("this function has no body", start, start + name.length());
            body = new Sequence(List.of(), List.of(), cursor.at, cursor.at);
        }
        return new ShellCommand.Function(name, keyword, body, start, cursor.at);
    }
}
