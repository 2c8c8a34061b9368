package dev.slipway.lint.shell;

import dev.slipway.lint.shell.ShellCommand.Assignment;
import dev.slipway.lint.shell.ShellCommand.Redirection;
import dev.slipway.lint.shell.ShellCommand.Sequence;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Reads commands: POSIX 2.10 with the additions of bash. It never gives up; each loop moves on.
final class ShellParser {
    private static final List<String> CLOSERS =
            List.of("then", "do", "done", "fi", "elif", "else", "esac", "}");

    private final Cursor cursor;
    private final WordReader words;
    private final CompoundReader compounds;

    ShellParser(String text) {
        this.cursor = new Cursor(text);
        this.words = new WordReader(cursor, this);
        this.compounds = new CompoundReader(cursor, words, this);
    }

    ShellScript parse() {
        List<ShellCommand> commands = new ArrayList<>();
        List<Character> ends = new ArrayList<>();
        while (true) {
            addTo(commands, ends);
            if (cursor.atEnd()) {
                break;
            }
            int start = cursor.at;
            String word = reservedWord();
            cursor.at += word == null ? 1 : word.length();
            cursor.problem(
                    "unexpected '" + cursor.text.substring(start, cursor.at) + "'",
                    start,
                    cursor.at);
        }
        Sequence body = new Sequence(commands, ends, 0, cursor.text.length());
        return new ShellScript(cursor.text, body, cursor.bodies, cursor.problems);
    }

    /// Reads commands up to `close`, which is not taken; 0 for the limit.
    Sequence enclosed(char close) {
        if (!cursor.enter()) {
            return new Sequence(List.of(), List.of(), cursor.at, cursor.at);
        }
        int start = cursor.at;
        List<ShellCommand> commands = new ArrayList<>();
        List<Character> ends = new ArrayList<>();
        addTo(commands, ends);
        while (!cursor.atEnd() && cursor.peek() != close) {
            int wrong = cursor.at;
            cursor.at++;
            cursor.problem("unexpected '" + cursor.text.charAt(wrong) + "'", wrong, wrong + 1);
            addTo(commands, ends);
        }
        cursor.leave();
        return new Sequence(commands, ends, start, cursor.at);
    }

    /// Reads commands up to a word or sign that closes what is around them.
    Sequence sequence() {
        int start = cursor.at;
        if (!cursor.enter()) {
            return new Sequence(List.of(), List.of(), start, start);
        }
        List<ShellCommand> commands = new ArrayList<>();
        List<Character> ends = new ArrayList<>();
        addTo(commands, ends);
        cursor.leave();
        return new Sequence(commands, ends, start, cursor.at);
    }

    private void addTo(List<ShellCommand> commands, List<Character> ends) {
        while (true) {
            skipLines();
            if (cursor.atEnd() || closes()) {
                return;
            }
            int before = cursor.at;
            ShellCommand command = andOr();
            if (command != null) {
                commands.add(command);
                ends.add((char) 0);
            }
            cursor.skipBlanks();
            char c = cursor.peek();
            if (c == '\n') {
                end(ends, commands, c);
                cursor.newline(words);
            } else if ((c == ';' && cursor.peek(1) != ';' && cursor.peek(1) != '&') || c == '&') {
                end(ends, commands, c);
                cursor.at++;
            } else if (cursor.at == before || command == null) {
                return;
            } else if (!cursor.atEnd() && !closes()) {
                return;
            }
        }
    }

    private static void end(List<Character> ends, List<ShellCommand> commands, char c) {
        if (!commands.isEmpty() && ends.getLast() == 0) {
            ends.set(ends.size() - 1, c);
        }
    }

    void skipLines() {
        cursor.skipBlanks();
        while (cursor.peek() == '\n') {
            cursor.newline(words);
            cursor.skipBlanks();
        }
    }

    // Whether what comes ends the commands around it.
    private boolean closes() {
        char c = cursor.peek();
        if (c == ')' || (c == ';' && (cursor.peek(1) == ';' || cursor.peek(1) == '&'))) {
            return true;
        }
        String word = reservedWord();
        return word != null && CLOSERS.contains(word);
    }

    /// Returns the plain word that begins here, if a shell may take it for a reserved one.
    @Nullable String reservedWord() {
        int end = cursor.at;
        char first = cursor.peek();
        if (first == '{' || first == '}' || first == '!') {
            end++;
        } else {
            while (end < cursor.limit
                    && cursor.text.charAt(end) >= 'a'
                    && cursor.text.charAt(end) <= 'z') {
                end++;
            }
        }
        if (end == cursor.at || end - cursor.at > 8) {
            return null;
        }
        if (end < cursor.limit && " \t\r\n;&|<>()".indexOf(cursor.text.charAt(end)) < 0) {
            return null;
        }
        return cursor.text.substring(cursor.at, end);
    }

    private @Nullable ShellCommand andOr() {
        int start = cursor.at;
        ShellCommand first = pipeline();
        if (first == null) {
            return null;
        }
        List<ShellCommand> operands = new ArrayList<>();
        List<Boolean> operators = new ArrayList<>();
        operands.add(first);
        cursor.skipBlanks();
        while (cursor.looksAt("&&") || cursor.looksAt("||")) {
            int operator = cursor.at;
            boolean and = cursor.peek() == '&';
            cursor.at += 2;
            skipLines();
            ShellCommand next = pipeline();
            if (next == null) {
                cursor.problem(
                        "nothing follows this " + (and ? "&&" : "||"), operator, operator + 2);
                break;
            }
            operators.add(and);
            operands.add(next);
            cursor.skipBlanks();
        }
        return operators.isEmpty()
                ? first
                : new ShellCommand.AndOr(operands, operators, start, operands.getLast().end());
    }

    private @Nullable ShellCommand pipeline() {
        int start = cursor.at;
        boolean negated = false;
        while ("!".equals(reservedWord())) {
            negated = !negated;
            cursor.at++;
            cursor.skipBlanks();
        }
        ShellCommand first = command();
        if (first == null) {
            return null;
        }
        List<ShellCommand> commands = new ArrayList<>();
        commands.add(first);
        cursor.skipBlanks();
        while (cursor.peek() == '|' && cursor.peek(1) != '|') {
            int operator = cursor.at;
            cursor.at += cursor.peek(1) == '&' ? 2 : 1;
            skipLines();
            ShellCommand next = command();
            if (next == null) {
                cursor.problem("nothing follows this |", operator, operator + 1);
                break;
            }
            commands.add(next);
            cursor.skipBlanks();
        }
        return commands.size() == 1 && !negated
                ? first
                : new ShellCommand.Pipeline(negated, commands, start, commands.getLast().end());
    }

    /// Reads one command; null if none begins here.
    @Nullable ShellCommand command() {
        if (!cursor.enter()) {
            return null;
        }
        ShellCommand compound = compounds.read();
        ShellCommand command = compound != null ? compound : simple();
        cursor.leave();
        return command;
    }

    private @Nullable ShellCommand simple() {
        int start = cursor.at;
        List<Assignment> assignments = new ArrayList<>();
        List<ShellWord> arguments = new ArrayList<>();
        List<Redirection> redirections = new ArrayList<>();
        int end = start;
        while (true) {
            cursor.skipBlanks();
            Redirection redirection = redirection();
            if (redirection != null) {
                redirections.add(redirection);
                end = cursor.at;
                continue;
            }
            Assignment assignment = arguments.isEmpty() ? assignment() : null;
            if (assignment != null) {
                assignments.add(assignment);
                end = cursor.at;
                continue;
            }
            ShellWord word = words.word();
            if (word.end() == word.start()) {
                break;
            }
            arguments.add(word);
            end = cursor.at;
            if (arguments.size() == 1 && assignments.isEmpty() && redirections.isEmpty()) {
                ShellCommand function = compounds.functionOf(word);
                if (function != null) {
                    return function;
                }
            }
        }
        return assignments.isEmpty() && arguments.isEmpty() && redirections.isEmpty()
                ? null
                : new ShellCommand.Simple(assignments, arguments, redirections, start, end);
    }

    private @Nullable Assignment assignment() {
        int start = cursor.at;
        int end = start;
        while (end < cursor.limit && WordReader.isNamePart(cursor.text.charAt(end))) {
            end++;
        }
        if (end == start || !WordReader.isNameStart(cursor.text.charAt(start))) {
            return null;
        }
        String name = cursor.text.substring(start, end);
        String index = null;
        if (end < cursor.limit && cursor.text.charAt(end) == '[') {
            int close = indexEnd(end);
            if (close < 0) {
                return null;
            }
            index = cursor.text.substring(end + 1, close);
            end = close + 1;
        }
        boolean append = end < cursor.limit && cursor.text.charAt(end) == '+';
        end += append ? 1 : 0;
        if (end >= cursor.limit || cursor.text.charAt(end) != '=') {
            return null;
        }
        cursor.at = end + 1;
        if (cursor.peek() == '(') {
            List<ShellWord> elements = array();
            return new Assignment(name, index, append, null, elements, start, cursor.at);
        }
        ShellWord value = words.word();
        return new Assignment(name, index, append, value, List.of(), start, cursor.at);
    }

    private int indexEnd(int open) {
        int last = Math.min(cursor.limit, open + 256);
        for (int i = open + 1; i < last; i++) {
            char c = cursor.text.charAt(i);
            if (c == ']') {
                return i;
            }
            if (c == ' ' || c == '\n' || c == ';') {
                return -1;
            }
        }
        return -1;
    }

    private List<ShellWord> array() {
        int start = cursor.at;
        List<ShellWord> elements = new ArrayList<>();
        cursor.at++;
        while (true) {
            skipLines();
            ShellWord word = words.word();
            if (word.end() == word.start()) {
                break;
            }
            elements.add(word);
        }
        if (cursor.peek() == ')') {
            cursor.at++;
        } else {
            cursor.problem("this array is never closed", start, start + 1);
        }
        return elements;
    }

    /// Reads the redirections that begin here.
    List<Redirection> redirections() {
        List<Redirection> all = new ArrayList<>();
        while (true) {
            int before = cursor.at;
            cursor.skipBlanks();
            Redirection redirection = redirection();
            if (redirection == null) {
                cursor.at = all.isEmpty() ? before : cursor.at;
                return all;
            }
            all.add(redirection);
        }
    }

    private @Nullable Redirection redirection() {
        int start = cursor.at;
        int at = start;
        while (at < cursor.limit && WordReader.isDigit(cursor.text.charAt(at))) {
            at++;
        }
        boolean both = at == start && cursor.looksAt("&>");
        char c = at < cursor.limit ? cursor.text.charAt(at) : 0;
        if (!both && c != '<' && c != '>') {
            return null;
        }
        if (at == start && cursor.peek(1) == '(') {
            return null;
        }
        int descriptor =
                at > start && at - start < 6
                        ? Integer.parseInt(cursor.text.substring(start, at))
                        : -1;
        cursor.at = at;
        String operator = operator(both);
        cursor.at += operator.length();
        cursor.skipBlanks();
        ShellWord target = words.word();
        if (target.start() == target.end()) {
            cursor.problem("nothing follows this " + operator, at, at + operator.length());
            return new Redirection(descriptor, operator, null, start, cursor.at);
        }
        if (!operator.equals("<<") && !operator.equals("<<-")) {
            return new Redirection(descriptor, operator, target, start, cursor.at);
        }
        return heredoc(descriptor, operator, target, start);
    }

    private Redirection heredoc(int descriptor, String operator, ShellWord target, int start) {
        // Its lines follow the line that is still being read.
        cursor.heredocs.add(
                new Cursor.PendingHeredoc(
                        target.simplified(), operator.equals("<<-"), !target.quoted()));
        return new Redirection(descriptor, operator, target, start, cursor.at);
    }

    private String operator(boolean both) {
        if (both) {
            return cursor.looksAt("&>>") ? "&>>" : "&>";
        }
        for (String operator :
                List.of("<<<", "<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">")) {
            if (cursor.looksAt(operator)) {
                return operator;
            }
        }
        return "<";
    }
}
