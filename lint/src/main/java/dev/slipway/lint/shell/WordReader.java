package dev.slipway.lint.shell;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Reads words and the expansions in them.
@SuppressWarnings("ReferenceEquality") // NOTHING is a mark, whatever it equals
final class WordReader {
    private static final String METACHARACTERS = " \t\r\n;&|<>()";
    private static final int MAX_ARITHMETIC = 8192;

    private final Cursor cursor;
    private final ShellParser commands;

    WordReader(Cursor cursor, ShellParser commands) {
        this.cursor = cursor;
        this.commands = commands;
    }

    /// Returns the word that begins here; it has no parts if none does.
    ShellWord word() {
        int start = cursor.at;
        Parts parts = new Parts();
        while (!cursor.atEnd()) {
            char c = cursor.peek();
            int before = cursor.at;
            if (isExtendedPattern()) {
                skipPattern();
                continue;
            }
            ShellWord.Part process = processSubstitution(c);
            if (process == null && METACHARACTERS.indexOf(c) >= 0) {
                break;
            }
            ShellWord.Part part = process != null ? process : special(c);
            parts.take(part, before);
        }
        return new ShellWord(parts.all(), start, cursor.at);
    }

    private static final ShellWord.Part NOTHING = new ShellWord.Literal("", true, 0, 0);

    /// The parts of a word as they are read: what lies between two of them is literal.
    private final class Parts {
        private final List<ShellWord.Part> parts = new ArrayList<>();
        private int literal = cursor.at;

        /// Takes what was read from `start` on; with null, the next character is literal.
        void take(ShellWord.@Nullable Part part, int start) {
            if (part == null) {
                cursor.at++;
                return;
            }
            endLiteral(start);
            if (part != NOTHING) {
                parts.add(part);
            }
            literal = cursor.at;
        }

        List<ShellWord.Part> all() {
            endLiteral(cursor.at);
            return parts;
        }

        private void endLiteral(int end) {
            if (end > literal) {
                String text = cursor.text.substring(literal, end);
                parts.add(new ShellWord.Literal(text, false, literal, end));
            }
        }
    }

    // A quote, escape or expansion outside quotes; null if `c` stands for itself.
    private ShellWord.@Nullable Part special(char c) {
        return switch (c) {
            case '\'' -> single(0);
            case '"' -> quoted(0);
            case '\\' -> escape();
            case '$' -> dollar(false);
            case '`' -> backquoted();
            default -> null;
        };
    }

    private ShellWord.Part escape() {
        int start = cursor.at;
        if (cursor.at + 1 >= cursor.limit) {
            cursor.at++;
            return new ShellWord.Literal("\\", true, start, cursor.at);
        }
        char c = cursor.text.charAt(cursor.at + 1);
        cursor.at += 2;
        return c == '\n'
                ? NOTHING
                : new ShellWord.Literal(String.valueOf(c), true, start, cursor.at);
    }

    private ShellWord.Part single(int dollar) {
        int start = cursor.at;
        int from = start + dollar + 1;
        int end = from;
        while (end < cursor.limit && cursor.text.charAt(end) != '\'') {
            end += dollar > 0 && cursor.text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= cursor.limit) {
            cursor.problem("this single quote is never closed", start, start + dollar + 1);
            cursor.at = cursor.limit;
            String rest = cursor.text.substring(Math.min(from, cursor.limit), cursor.limit);
            return new ShellWord.Single(rest, dollar > 0, start, cursor.at);
        }
        cursor.at = end + 1;
        return new ShellWord.Single(cursor.text.substring(from, end), dollar > 0, start, cursor.at);
    }

    private ShellWord.Part quoted(int dollar) {
        int start = cursor.at;
        cursor.at += dollar + 1;
        if (!cursor.enter()) {
            return new ShellWord.DoubleQuoted(List.of(), start, cursor.at);
        }
        List<ShellWord.Part> parts = quotedParts('"');
        cursor.leave();
        if (cursor.peek() == '"') {
            cursor.at++;
        } else {
            cursor.problem("this double quote is never closed", start, start + dollar + 1);
        }
        return new ShellWord.DoubleQuoted(parts, start, cursor.at);
    }

    /// Reads what is in double quotes or a here-document, up to `close` or the limit.
    List<ShellWord.Part> quotedParts(char close) {
        Parts parts = new Parts();
        while (!cursor.atEnd()) {
            char c = cursor.peek();
            if (c == close && close != 0) {
                break;
            }
            int before = cursor.at;
            ShellWord.Part part = null;
            if (c == '$') {
                part = dollar(true);
            } else if (c == '`') {
                part = backquoted();
            } else if (c == '\\' && "$`\"\\\n".indexOf(cursor.peek(1)) >= 0) {
                part = escape();
            }
            parts.take(part, before);
        }
        return parts.all();
    }

    private ShellWord.@Nullable Part dollar(boolean inQuotes) {
        char next = cursor.peek(1);
        if (next == '(') {
            return cursor.peek(2) == '(' ? arithmeticOrCommand() : substitution();
        }
        if (next == '{') {
            return braced();
        }
        if (next == '[') {
            return oldArithmetic();
        }
        if (!inQuotes && next == '\'') {
            return single(1);
        }
        if (!inQuotes && next == '"') {
            return quoted(1);
        }
        int start = cursor.at;
        int end = start + 1;
        if (isNameStart(next)) {
            while (end < cursor.limit && isNamePart(cursor.text.charAt(end))) {
                end++;
            }
        } else if (isSpecialName(next)) {
            end++;
        } else {
            return null;
        }
        cursor.at = end;
        String name = cursor.text.substring(start + 1, end);
        return new ShellWord.Parameter(name, false, false, false, "", null, start, end);
    }

    private ShellWord.Part substitution() {
        int start = cursor.at;
        cursor.at += 2;
        ShellCommand.Sequence body = commands.enclosed(')');
        close(')', "this $( is never closed", start, 2);
        return new ShellWord.Substitution(body, false, start, cursor.at);
    }

    private void close(char closing, String message, int start, int length) {
        if (cursor.peek() == closing) {
            cursor.at++;
        } else {
            cursor.problem(message, start, start + length);
        }
    }

    private ShellWord.Part arithmeticOrCommand() {
        int start = cursor.at;
        int end = arithmeticEnd(start + 3);
        if (end < 0) {
            return substitution();
        }
        String expression = cursor.text.substring(start + 3, end);
        List<ShellWord.Part> parts = partsWithin(start + 3, end);
        cursor.at = end + 2;
        return new ShellWord.Arithmetic(expression, parts, start, cursor.at);
    }

    private ShellWord.@Nullable Part oldArithmetic() {
        int start = cursor.at;
        int end = cursor.text.indexOf(']', start);
        if (end < 0 || end >= cursor.limit || end - start > MAX_ARITHMETIC) {
            return null;
        }
        String expression = cursor.text.substring(start + 2, end);
        List<ShellWord.Part> parts = partsWithin(start + 2, end);
        cursor.at = end + 1;
        return new ShellWord.Arithmetic(expression, parts, start, cursor.at);
    }

    /// Returns the expansions between two offsets, read as in double quotes.
    List<ShellWord.Part> partsWithin(int start, int end) {
        int limit = cursor.limit;
        cursor.at = start;
        cursor.limit = end;
        List<ShellWord.Part> parts = List.of();
        if (cursor.enter()) {
            parts = quotedParts((char) 0);
            cursor.leave();
        }
        cursor.limit = limit;
        return parts;
    }

    /// Returns where the `))` is that closes an expression begun before `from`, or -1.
    int arithmeticEnd(int from) {
        int open = 0;
        int last = Math.min(cursor.limit, from + MAX_ARITHMETIC);
        for (int i = from; i < last; i++) {
            char c = cursor.text.charAt(i);
            if (c == '(') {
                open++;
            } else if (c == ')' && open > 0) {
                open--;
            } else if (c == ')') {
                return i + 1 < cursor.limit && cursor.text.charAt(i + 1) == ')' ? i : -1;
            } else if (c == '\n' || c == ';') {
                return -1;
            }
        }
        return -1;
    }

    private ShellWord.Part backquoted() {
        int start = cursor.at;
        int end = start + 1;
        while (end < cursor.limit && cursor.text.charAt(end) != '`') {
            end += cursor.text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= cursor.limit) {
            cursor.problem("this ` is never closed", start, start + 1);
            cursor.at = cursor.limit;
            String rest = cursor.text.substring(start, cursor.limit);
            return new ShellWord.Literal(rest, false, start, cursor.limit);
        }
        int limit = cursor.limit;
        cursor.at = start + 1;
        cursor.limit = end;
        ShellCommand.Sequence body = commands.enclosed((char) 0);
        cursor.limit = limit;
        cursor.at = end + 1;
        return new ShellWord.Substitution(body, true, start, cursor.at);
    }

    private ShellWord.@Nullable Part processSubstitution(char c) {
        if ((c != '<' && c != '>') || cursor.peek(1) != '(') {
            return null;
        }
        int start = cursor.at;
        cursor.at += 2;
        ShellCommand.Sequence body = commands.enclosed(')');
        close(')', "this process substitution is never closed", start, 2);
        return new ShellWord.ProcessSubstitution(body, start, cursor.at);
    }

    private ShellWord.Part braced() {
        int start = cursor.at;
        cursor.at += 2;
        boolean length = cursor.peek() == '#' && cursor.peek(1) != '}';
        boolean indirect = cursor.peek() == '!' && isNameStart(cursor.peek(1));
        if (length || indirect) {
            cursor.at++;
        }
        String name = name();
        int operator = cursor.at;
        while (!cursor.atEnd() && ":-=?+#%/^,@[*".indexOf(cursor.peek()) >= 0) {
            if (cursor.at - operator == 2 || (cursor.at > operator && !isDouble(operator))) {
                break;
            }
            cursor.at++;
        }
        String op = cursor.text.substring(operator, cursor.at);
        ShellWord argument = argument();
        close('}', "this ${ is never closed", start, 2);
        return new ShellWord.Parameter(
                name, true, length, indirect, op, argument, start, cursor.at);
    }

    // Whether a second operator character may follow the one at `operator`.
    private boolean isDouble(int operator) {
        char first = cursor.text.charAt(operator);
        char second = cursor.peek();
        return first == ':'
                ? "-=?+".indexOf(second) >= 0
                : "#%/^,".indexOf(first) >= 0 && first == second;
    }

    private String name() {
        int start = cursor.at;
        if (isNameStart(cursor.peek())) {
            while (!cursor.atEnd() && isNamePart(cursor.peek())) {
                cursor.at++;
            }
        } else if (isDigit(cursor.peek())) {
            while (!cursor.atEnd() && isDigit(cursor.peek())) {
                cursor.at++;
            }
        } else if (isSpecialName(cursor.peek())) {
            cursor.at++;
        }
        return cursor.text.substring(start, cursor.at);
    }

    private @Nullable ShellWord argument() {
        int start = cursor.at;
        if (cursor.peek() == '}' || !cursor.enter()) {
            return null;
        }
        Parts parts = new Parts();
        while (!cursor.atEnd() && cursor.peek() != '}') {
            int before = cursor.at;
            ShellWord.Part part = special(cursor.peek());
            parts.take(part, before);
        }
        List<ShellWord.Part> all = parts.all();
        cursor.leave();
        return new ShellWord(all, start, cursor.at);
    }

    // `?(…)`, `*(…)`, `+(…)`, `@(…)` and `!(…)` of bash.
    private boolean isExtendedPattern() {
        return cursor.peek(1) == '(' && "?*+@!".indexOf(cursor.peek()) >= 0 && cursor.peek() != 0;
    }

    private void skipPattern() {
        int open = 0;
        int last = Math.min(cursor.limit, cursor.at + MAX_ARITHMETIC);
        cursor.at++;
        while (cursor.at < last) {
            char c = cursor.text.charAt(cursor.at++);
            if (c == '(') {
                open++;
            } else if (c == ')' && --open == 0) {
                return;
            } else if (c == '\n') {
                return;
            }
        }
    }

    static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isNamePart(char c) {
        return isNameStart(c) || isDigit(c);
    }

    private static boolean isSpecialName(char c) {
        return c != 0 && (isDigit(c) || "@*#?-$!".indexOf(c) >= 0);
    }
}
