package dev.slipway.cli;

import dev.slipway.cli.options.Option;

/// The fish script.
final class FishCompletion {
    private FishCompletion() {}

    static String script() {
        StringBuilder out = new StringBuilder("# fish completion for slipway\n");
        out.append("function __slipway_words\n");
        out.append("    for word in (commandline -opc)[2..-1]\n");
        out.append("        string match -q -- '-*' $word; or echo $word\n    end\nend\n");
        out.append("function __slipway_is\n    set -l words (__slipway_words)\n");
        out.append("    test \"$words[1..\"(count $argv)\"]\" = \"$argv\"\nend\n");
        out.append("function __slipway_only\n    set -l words (__slipway_words)\n");
        out.append("    test \"$words\" = \"$argv\"\nend\n");
        out.append("complete -c slipway -f\ncomplete -c slipway -n __slipway_only -a '");
        out.append(String.join(" ", CompletionTable.firstWords())).append("'\n");
        for (Commands.Family family : Commands.families()) {
            out.append("complete -c slipway -n '__slipway_only ").append(family.name());
            out.append("' -a '").append(String.join(" ", family.members())).append("'\n");
        }
        for (CompletionTable.Entry entry : CompletionTable.entries()) {
            String when = "complete -c slipway -n '__slipway_is " + entry.name() + "' ";
            String arguments = offer(entry.spec().offer());
            if (!arguments.isEmpty()) {
                out.append(when).append(arguments).append('\n');
            }
            for (Option option : entry.options()) {
                option(out.append(when), option);
            }
        }
        return out.toString();
    }

    private static void option(StringBuilder out, Option option) {
        out.append("-l ").append(option.name());
        if (option.letter() != 0) {
            out.append(" -s ").append(option.letter());
        }
        if (option.takesWord()) {
            out.append(" -r ");
            if (option.choices().isEmpty()) {
                out.append(offer(option.offer()));
            } else {
                out.append("-a '").append(String.join(" ", option.choices())).append('\'');
            }
        }
        String help = option.help().replace("\\", "\\\\").replace("'", "\\'");
        out.append(" -d '").append(help).append("'\n");
    }

    private static String offer(Option.Offer offer) {
        return switch (offer) {
            case NOTHING -> "";
            case FILES -> "-F";
            case DIRECTORIES -> "-a '(__fish_complete_directories)'";
            case IMAGES -> "-a '(" + CompletionTable.IMAGES_COMMAND.replace("'", "\"") + ")'";
        };
    }
}
