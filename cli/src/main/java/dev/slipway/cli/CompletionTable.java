package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;

import java.util.ArrayList;
import java.util.List;

/// What completion scripts are made from: every way to name a command, and the options to offer.
final class CompletionTable {
    /// A command under one of its names.
    record Entry(String name, CommandSpec spec, List<Option> options) {}

    /// How a shell asks for the names of images.
    static final String IMAGES_COMMAND =
            "slipway image ls --format '{{.Repository}}:{{.Tag}}' 2>/dev/null";

    private CompletionTable() {}

    static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (CommandSpec spec : Main.specs()) {
            List<Option> options = new ArrayList<>();
            addVisible(options, spec);
            addVisible(options, Globals.afterCommand());
            entries.add(new Entry(spec.name(), spec, options));
            for (String alias : spec.aliases()) {
                entries.add(new Entry(alias, spec, options));
            }
        }
        return entries;
    }

    /// First words: commands and families.
    static List<String> firstWords() {
        List<String> words = new ArrayList<>();
        for (Entry entry : entries()) {
            if (entry.name().indexOf(' ') < 0) {
                words.add(entry.name());
            }
        }
        for (Commands.Family family : Commands.families()) {
            words.add(family.name());
        }
        words.sort(null);
        return words;
    }

    private static void addVisible(List<Option> into, CommandSpec spec) {
        for (CommandSpec.Group group : spec.groups()) {
            for (Option option : group.options()) {
                if (!option.isHidden()) {
                    into.add(option);
                }
            }
        }
    }
}
