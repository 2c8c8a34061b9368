package dev.slipway.cli.options;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// One option of a command: how it is spelled, what it takes, what help says of it.
///
/// Built once by chained calls where the command declares it, never changed afterwards.
public final class Option {
    /// What an option takes.
    public enum Kind {
        /// Nothing, or `=true`, `=false`.
        FLAG,
        /// One value; given twice, the last holds.
        VALUE,
        /// One value each time it is given, all kept in order.
        LIST,
        /// Known from docker or buildx, but not offered here: [#help] is the reason.
        REFUSED
    }

    /// What a shell may offer as its value.
    public enum Offer {
        NOTHING,
        FILES,
        DIRECTORIES,
        IMAGES
    }

    private final String name;
    private final char letter;
    private final Kind kind;
    private final String value;
    private final String help;
    private List<String> environment = List.of();
    private List<String> choices = List.of();
    private @Nullable String standard;
    private @Nullable String implied;
    private Offer offer = Offer.NOTHING;
    private boolean hidden;

    private Option(String name, char letter, Kind kind, String value, String help) {
        this.name = name;
        this.letter = letter;
        this.kind = kind;
        this.value = value;
        this.help = help;
    }

    /// A switch without a value, `--name` or, with a letter, `-n`. `letter` 0 means none.
    public static Option flag(String name, char letter, String help) {
        return new Option(name, letter, Kind.FLAG, "", help);
    }

    /// A switch that has no letter.
    public static Option flag(String name, String help) {
        return flag(name, (char) 0, help);
    }

    /// An option with one value, called `value` in help.
    public static Option value(String name, char letter, String value, String help) {
        return new Option(name, letter, Kind.VALUE, value, help);
    }

    /// An option with one value and no letter.
    public static Option value(String name, String value, String help) {
        return value(name, (char) 0, value, help);
    }

    /// An option that may be given several times.
    public static Option list(String name, char letter, String value, String help) {
        return new Option(name, letter, Kind.LIST, value, help);
    }

    /// An option that may be given several times and has no letter.
    public static Option list(String name, String value, String help) {
        return list(name, (char) 0, value, help);
    }

    /// An option that docker or buildx has and this command has not, with the reason.
    public static Option refused(String name, char letter, String reason) {
        return new Option(name, letter, Kind.REFUSED, "", reason).hidden();
    }

    /// A refused option without a letter.
    public static Option refused(String name, String reason) {
        return refused(name, (char) 0, reason);
    }

    /// Variables that stand in when the option is not given; the first that is set and not empty
    /// holds.
    public Option environment(String... names) {
        environment = List.of(names);
        return this;
    }

    /// The only values it takes.
    public Option choices(String... values) {
        choices = List.of(values);
        return this;
    }

    /// The value when neither the command line nor the environment has one.
    public Option standard(String text) {
        standard = text;
        return this;
    }

    /// The value meant when the option is given without `=`; it then takes no word that follows.
    public Option implied(String text) {
        implied = text;
        return this;
    }

    /// What a shell offers to complete its value.
    public Option offers(Offer what) {
        offer = what;
        return this;
    }

    /// Keeps it out of help, pages and completion.
    public Option hidden() {
        hidden = true;
        return this;
    }

    public String name() {
        return name;
    }

    /// The short form's character, or 0.
    public char letter() {
        return letter;
    }

    public Kind kind() {
        return kind;
    }

    /// What help calls the value; empty for a flag.
    public String value() {
        return value;
    }

    /// One sentence for help; for a refused option the reason.
    public String help() {
        return help;
    }

    public List<String> environment() {
        return environment;
    }

    public List<String> choices() {
        return choices;
    }

    public @Nullable String standard() {
        return standard;
    }

    /// The value meant when none is written; null if one must be.
    public @Nullable String implied() {
        return kind == Kind.FLAG ? "true" : implied;
    }

    /// Whether a word that follows is its value.
    public boolean takesWord() {
        return implied() == null;
    }

    public Offer offer() {
        return offer;
    }

    public boolean isHidden() {
        return hidden;
    }

    /// `--name`, for messages.
    @Override
    public String toString() {
        return "--" + name;
    }
}
