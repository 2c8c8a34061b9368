package dev.slipway.cli.options;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A command line that was understood: which options were given, and the arguments left.
public final class Parsed {
    private final CommandSpec spec;
    private final Map<Option, List<String>> given = new HashMap<>();
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, String> environment;
    private int dashes = -1;

    Parsed(CommandSpec spec, Map<String, String> environment) {
        this.spec = spec;
        this.environment = environment;
    }

    void put(Option option, String value) throws UsageException {
        if (!option.choices().isEmpty() && !option.choices().contains(value)) {
            throw wrongValue(option, value, "one of " + String.join(", ", option.choices()));
        }
        if (option.kind() != Option.Kind.LIST) {
            given.remove(option);
        }
        given.computeIfAbsent(option, _ -> new ArrayList<>()).add(value);
    }

    void addArgument(String argument) {
        arguments.add(argument);
    }

    /// Puts in the argument that is meant when there is none.
    public void defaultArgument(String argument) {
        if (arguments.isEmpty()) {
            arguments.add(argument);
        }
    }

    /// Notes that what follows came after `--`.
    void dashes() {
        dashes = arguments.size();
    }

    /// The arguments before `--`; all if there was none.
    public List<String> beforeDashes() {
        return dashes < 0 ? arguments : arguments.subList(0, dashes);
    }

    /// The arguments after `--`; empty if there was none.
    public List<String> afterDashes() {
        return dashes < 0 ? List.of() : arguments.subList(dashes, arguments.size());
    }

    public CommandSpec spec() {
        return spec;
    }

    /// What is not an option, in order.
    public List<String> arguments() {
        return arguments;
    }

    /// The only argument, or the first; must be there by the spec.
    public String argument() {
        return arguments.getFirst();
    }

    /// Whether the command line itself has the option.
    public boolean has(Option option) {
        return given.containsKey(option);
    }

    /// Whether a flag is on.
    public boolean is(Option flag) throws UsageException {
        String text = text(flag);
        return text != null && truth(flag, text);
    }

    /// The value from the command line, else from the environment, else the standard one, else
    /// null.
    public @Nullable String text(Option option) throws UsageException {
        List<String> values = given.get(option);
        if (values != null) {
            return values.getLast();
        }
        for (String variable : option.environment()) {
            String value = environment.get(variable);
            if (value != null && !value.isEmpty()) {
                if (!option.choices().isEmpty() && !option.choices().contains(value)) {
                    throw new UsageException(
                            "invalid value \"" + value + "\" in $" + variable,
                            "Use one of " + String.join(", ", option.choices()) + ".");
                }
                return value;
            }
        }
        return option.standard();
    }

    /// The value, or `otherwise`.
    public String text(Option option, String otherwise) throws UsageException {
        String text = text(option);
        return text == null ? otherwise : text;
    }

    /// All values of a repeatable option, in order.
    public List<String> texts(Option option) {
        return given.getOrDefault(option, List.of());
    }

    /// A whole number, or null.
    public @Nullable Long number(Option option) throws UsageException {
        String text = text(option);
        if (text == null) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException _) {
            throw wrongValue(option, text, "a whole number");
        }
    }

    /// An amount in bytes, from `512m`, `1g`, `1048576`, `64KiB`; null if not given.
    public @Nullable Long bytes(Option option) throws UsageException {
        String text = text(option);
        if (text == null) {
            return null;
        }
        long bytes = Amounts.bytes(text);
        if (bytes < 0) {
            throw wrongValue(option, text, "an amount of memory such as 512m or 2g");
        }
        return bytes;
    }

    /// Says that a value will not do and what would.
    public static UsageException wrongValue(Option option, String value, String wanted) {
        return new UsageException(
                "invalid value \"" + value + "\" for " + option, "It takes " + wanted + ".");
    }

    private static boolean truth(Option option, String text) throws UsageException {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw wrongValue(option, text, "true or false");
        };
    }
}
