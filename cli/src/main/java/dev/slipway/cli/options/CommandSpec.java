package dev.slipway.cli.options;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What a command is called, takes and says of itself. Built by chained calls, then only read.
public final class CommandSpec {
    /// Options under one heading of the help.
    public record Group(String title, List<Option> options) {}

    private final String name;
    private final String summary;
    private final List<String> usages = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private final List<String> aliases = new ArrayList<>();
    private final List<String> examples = new ArrayList<>();
    private final List<String> exitCodes = new ArrayList<>();
    private String description = "";
    private int least;
    private int most;
    private Option.Offer offer = Option.Offer.NOTHING;
    private boolean stopsAtArgument;

    /// @param name the words after `slipway`, such as `image ls`
    /// @param summary one line, without a full stop
    public CommandSpec(String name, String summary) {
        this.name = name;
        this.summary = summary;
    }

    /// What follows the name in a usage line.
    public CommandSpec usage(String line) {
        usages.add(line);
        return this;
    }

    /// Paragraphs below the summary; a blank line between them, wrapped when shown.
    public CommandSpec describe(String text) {
        description = text;
        return this;
    }

    /// Options under a heading, in the order shown.
    public CommandSpec options(String title, Option... options) {
        groups.add(new Group(title, List.of(options)));
        return this;
    }

    /// Other names it answers to, without `slipway`.
    public CommandSpec aliases(String... names) {
        Collections.addAll(aliases, names);
        return this;
    }

    /// One line saying what for, and the command line.
    public CommandSpec example(String what, String line) {
        examples.add(what);
        examples.add(line);
        return this;
    }

    /// What an exit code other than 0, 1 and 2 means.
    public CommandSpec exitCode(String code, String meaning) {
        exitCodes.add(code);
        exitCodes.add(meaning);
        return this;
    }

    /// How many arguments besides options; `most` -1 means any number.
    public CommandSpec arguments(int least, int most, Option.Offer offer) {
        this.least = least;
        this.most = most;
        this.offer = offer;
        return this;
    }

    /// The first argument ends the options: what follows belongs to somebody else's command line.
    public CommandSpec stopsAtArgument() {
        stopsAtArgument = true;
        return this;
    }

    public String name() {
        return name;
    }

    public String summary() {
        return summary;
    }

    public List<String> usages() {
        return usages;
    }

    public List<Group> groups() {
        return groups;
    }

    public List<String> aliases() {
        return aliases;
    }

    /// Pairs: what for, then the line.
    public List<String> examples() {
        return examples;
    }

    /// Pairs: the code, then its meaning.
    public List<String> exitCodes() {
        return exitCodes;
    }

    public String description() {
        return description;
    }

    public int least() {
        return least;
    }

    public int most() {
        return most;
    }

    public Option.Offer offer() {
        return offer;
    }

    public boolean isStoppedByArgument() {
        return stopsAtArgument;
    }

    /// The option of this long name, or null.
    public @Nullable Option find(String longName) {
        for (Group group : groups) {
            for (Option option : group.options()) {
                if (option.name().equals(longName)) {
                    return option;
                }
            }
        }
        return null;
    }

    /// The option of this letter, or null.
    public @Nullable Option find(char letter) {
        for (Group group : groups) {
            for (Option option : group.options()) {
                if (option.letter() == letter) {
                    return option;
                }
            }
        }
        return null;
    }

    /// Long names that help shows.
    public List<String> visibleNames() {
        List<String> names = new ArrayList<>();
        for (Group group : groups) {
            for (Option option : group.options()) {
                if (!option.isHidden()) {
                    names.add(option.name());
                }
            }
        }
        return names;
    }
}
