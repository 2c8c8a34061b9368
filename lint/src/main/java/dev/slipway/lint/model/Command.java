package dev.slipway.lint.model;

import dev.slipway.lint.shell.ShellCommand;
import dev.slipway.lint.shell.ShellWord;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A command that a script runs, by its name: what `command`, `exec`, `builtin`, `busybox` and
/// `run` are put before is the command.
public final class Command {
    private static final Set<String> WRAPPERS =
            Set.of("command", "exec", "builtin", "busybox", "run");

    private final ShellCommand.Simple source;
    private final String name;
    private final ShellWord nameWord;
    private final List<Argument> arguments;
    private final int plain; // arguments before `--`

    private Command(
            ShellCommand.Simple source, String name, ShellWord nameWord, List<Argument> arguments) {
        this.source = source;
        this.name = name;
        this.nameWord = nameWord;
        this.arguments = arguments;
        int end = arguments.size();
        for (int i = arguments.size() - 1; i >= 0; i--) {
            end = arguments.get(i).text().equals("--") ? i : end;
        }
        this.plain = end;
    }

    static Command of(ShellCommand.Simple simple) {
        List<ShellWord> words = simple.words();
        int at = 0;
        String name = literal(words.getFirst());
        while (at + 1 < words.size() && WRAPPERS.contains(name)) {
            int next = at + 1;
            while (next < words.size() && literal(words.get(next)).startsWith("-")) {
                next++;
            }
            if (next == words.size()) {
                break;
            }
            at = next;
            name = literal(words.get(at));
        }
        List<Argument> arguments = new ArrayList<>(words.size() - at - 1);
        for (ShellWord word : words.subList(at + 1, words.size())) {
            arguments.add(new Argument(word.simplified(), word.start(), word.end(), word));
        }
        return new Command(simple, name, words.get(at), arguments);
    }

    private static String literal(ShellWord word) {
        String literal = word.literal();
        return literal == null ? "" : literal;
    }

    /// Returns the command in the tree.
    public ShellCommand.Simple source() {
        return source;
    }

    /// Returns its name; empty if that is not plain text.
    public String name() {
        return name;
    }

    /// Returns where the name is.
    public ShellWord nameWord() {
        return nameWord;
    }

    /// Returns its arguments, options among them.
    public List<Argument> arguments() {
        return arguments;
    }

    /// Returns whether it is the command `wanted` with any of these arguments; with any at all if
    /// none is given.
    public boolean is(String wanted, String... anyOf) {
        return name.equals(wanted) && (anyOf.length == 0 || hasAny(anyOf));
    }

    /// Returns whether any argument is one of these.
    public boolean hasAny(String... texts) {
        for (Argument argument : arguments) {
            for (String text : texts) {
                if (argument.text().equals(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Returns whether it has the option: `x` for `-x` also among others, `name` for `--name` also
    /// with a value.
    public boolean hasFlag(String flag) {
        return countFlag(flag) > 0;
    }

    /// Returns whether it has any of the options.
    public boolean hasAnyFlag(String... flags) {
        for (String flag : flags) {
            if (countFlag(flag) > 0) {
                return true;
            }
        }
        return false;
    }

    /// Returns how often it has the option.
    public int countFlag(String flag) {
        int n = 0;
        for (Argument argument : arguments.subList(0, plain)) {
            n += flagIn(argument.text(), flag);
        }
        return n;
    }

    private static int flagIn(String text, String flag) {
        if (text.startsWith("--")) {
            int equals = text.indexOf('=');
            int length = (equals < 0 ? text.length() : equals) - 2;
            return length == flag.length() && text.startsWith(flag, 2) ? 1 : 0;
        }
        if (!text.startsWith("-") || flag.length() != 1) {
            return 0;
        }
        int n = 0;
        for (int i = 1; i < text.length(); i++) {
            n += text.charAt(i) == flag.charAt(0) ? 1 : 0;
        }
        return n;
    }

    private boolean isFlag(int index) {
        return index < plain && arguments.get(index).isFlag();
    }

    /// Returns the arguments that are no options.
    ///
    /// @param takingValue options whose value is the next argument and does not count either
    public List<Argument> operands(String... takingValue) {
        List<Argument> operands = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            if (!isFlag(i)) {
                operands.add(arguments.get(i));
            } else if (takesNext(arguments.get(i).text(), takingValue)) {
                i++;
            }
        }
        return operands;
    }

    private static boolean takesNext(String text, String... takingValue) {
        if (text.startsWith("--") && text.indexOf('=') >= 0) {
            return false;
        }
        for (String flag : takingValue) {
            if (flagIn(text, flag) > 0) {
                return true;
            }
        }
        return false;
    }

    /// Returns the value of an option, `--name=value`, `--name value` or `-x value`; the empty text
    /// if it has none.
    public String flagValue(String... flags) {
        for (int i = 0; i < plain; i++) {
            String text = arguments.get(i).text();
            for (String flag : flags) {
                if (flag.length() > 1 && text.startsWith("--" + flag + "=")) {
                    return text.substring(flag.length() + 3);
                }
                if (isFlag(i) && flagIn(text, flag) > 0 && i + 1 < arguments.size()) {
                    return arguments.get(i + 1).text();
                }
            }
        }
        return "";
    }

    /// Returns the first operand's text; empty if there is none.
    public String subcommand() {
        for (int i = 0; i < arguments.size(); i++) {
            if (!isFlag(i)) {
                return arguments.get(i).text();
            }
        }
        return "";
    }

    /// Returns whether the first operand is `wanted`.
    ///
    /// @param takingValue as for [#operands]
    public boolean subcommandIs(String wanted, String... takingValue) {
        List<Argument> operands = operands(takingValue);
        return !operands.isEmpty() && operands.getFirst().text().equals(wanted);
    }
}
