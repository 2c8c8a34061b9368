package dev.slipway.cli.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads a command line the way docker's does: `--name value`, `--name=value`, `-n value`,
/// `-nvalue`, letters in one word (`-it`), `--flag=false`, `--` to end the options, `-` as an
/// argument.
public final class OptionParser {
    private final CommandSpec spec;
    private final CommandSpec globals;
    private final List<String> words;
    private final Parsed result;
    private int next;

    private OptionParser(
            CommandSpec spec, CommandSpec globals, List<String> words, Map<String, String> env) {
        this.spec = spec;
        this.globals = globals;
        this.words = words;
        this.result = new Parsed(spec, env);
    }

    /// Parses all of `words`.
    ///
    /// @param globals options every command takes; the command's own win where both have a letter
    /// @throws UsageException naming the word that is wrong and, where there is one, the likely
    ///   right one
    public static Parsed parse(
            CommandSpec spec, CommandSpec globals, List<String> words, Map<String, String> env)
            throws UsageException {
        OptionParser parser = new OptionParser(spec, globals, words, env);
        parser.readAll();
        return parser.result;
    }

    private void readAll() throws UsageException {
        while (next < words.size()) {
            String word = words.get(next++);
            if (word.equals("--")) {
                result.dashes();
                takeRest();
            } else if (word.startsWith("--")) {
                longOption(word);
            } else if (word.length() > 1 && word.charAt(0) == '-') {
                letters(word);
            } else {
                result.addArgument(word);
                if (spec.isStoppedByArgument()) {
                    takeRest();
                }
            }
        }
    }

    private void takeRest() {
        while (next < words.size()) {
            result.addArgument(words.get(next++));
        }
    }

    private void longOption(String word) throws UsageException {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
        Option option = spec.find(name);
        if (option == null) {
            option = globals.find(name);
        }
        if (option == null) {
            throw unknown(name);
        }
        refuse(option, "--" + name);
        if (equals >= 0) {
            result.put(option, word.substring(equals + 1));
        } else if (option.implied() != null) {
            result.put(option, option.implied());
        } else {
            result.put(option, following(option, "--" + name));
        }
    }

    private void letters(String word) throws UsageException {
        for (int at = 1; at < word.length(); at++) {
            char letter = word.charAt(at);
            Option option = spec.find(letter);
            if (option == null) {
                option = globals.find(letter);
            }
            if (option == null) {
                throw new UsageException(
                        "unknown shorthand flag: '" + letter + "' in " + word, wordHint(word));
            }
            refuse(option, "-" + letter);
            boolean valued = at + 1 < word.length() && word.charAt(at + 1) == '=';
            if (valued) {
                result.put(option, word.substring(at + 2));
                return;
            }
            if (option.implied() != null) {
                result.put(option, option.implied());
            } else if (at + 1 < word.length()) {
                result.put(option, word.substring(at + 1));
                return;
            } else {
                result.put(option, following(option, "-" + letter));
            }
        }
    }

    private @org.jspecify.annotations.Nullable String wordHint(String word) {
        String meant = Suggestion.nearest(word.substring(1), names());
        return meant != null && word.length() > 3 ? "Did you mean --" + meant + "?" : null;
    }

    private String following(Option option, String spelled) throws UsageException {
        if (next >= words.size()) {
            throw new UsageException(
                    "flag needs an argument: " + spelled,
                    "Write " + spelled + " " + option.value() + ".");
        }
        return words.get(next++);
    }

    private static void refuse(Option option, String spelled) throws UsageException {
        if (option.kind() == Option.Kind.REFUSED) {
            throw new UsageException(spelled + " is not available: " + option.help());
        }
    }

    private UsageException unknown(String name) {
        String meant = Suggestion.nearest(name, names());
        return new UsageException(
                "unknown flag: --" + name, meant == null ? null : "Did you mean --" + meant + "?");
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(spec.visibleNames());
        names.addAll(globals.visibleNames());
        return names;
    }

    /// Checks how many arguments there are.
    ///
    /// @throws UsageException if there are fewer or more arguments than the command takes
    public static void checkArguments(Parsed line) throws UsageException {
        CommandSpec spec = line.spec();
        int count = line.arguments().size();
        if (count >= spec.least() && (spec.most() < 0 || count <= spec.most())) {
            return;
        }
        String wanted =
                spec.most() == spec.least()
                        ? (spec.least() == 0 ? "no arguments" : "exactly " + plural(spec.least()))
                        : count < spec.least()
                                ? "at least " + plural(spec.least())
                                : "at most " + plural(spec.most());
        String usage = spec.usages().isEmpty() ? "" : " " + spec.usages().getFirst();
        throw new UsageException(
                "\"slipway "
                        + spec.name()
                        + "\" takes "
                        + wanted
                        + (count == 0 ? "" : ", not " + count),
                "Usage: slipway " + spec.name() + usage + ".");
    }

    private static String plural(int count) {
        return count == 1 ? "1 argument" : count + " arguments";
    }
}
