package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;

/// The zsh script.
final class ZshCompletion {
    private ZshCompletion() {}

    static String script() {
        StringBuilder out = new StringBuilder("#compdef slipway\n\n");
        out.append("_slipway_images() {\n    local -a images\n    images=(${(f)\"$(");
        out.append(CompletionTable.IMAGES_COMMAND);
        out.append(")\"})\n    compadd -a images\n}\n");
        for (CommandSpec spec : Main.specs()) {
            function(out, spec);
        }
        out.append("\n_slipway() {\n    local name=$words[2] at=3\n    case $name in\n");
        for (Commands.Family family : Commands.families()) {
            out.append("        ").append(family.name()).append(")\n");
            out.append("            if (( CURRENT == 3 )); then compadd ");
            out.append(String.join(" ", family.members())).append("; return; fi\n");
            out.append("            name=\"$name $words[3]\" at=4 ;;\n");
        }
        out.append("    esac\n    if (( CURRENT == 2 )); then compadd ");
        out.append(String.join(" ", CompletionTable.firstWords())).append("; return; fi\n");
        out.append("    words=(slipway \"${(@)words[at,-1]}\")\n    (( CURRENT -= at - 2 ))\n");
        out.append("    case $name in\n");
        for (CompletionTable.Entry entry : CompletionTable.entries()) {
            out.append("        '").append(entry.name()).append("') ");
            out.append(functionName(entry.spec())).append(" ;;\n");
        }
        return out.append("    esac\n}\n\ncompdef _slipway slipway\n").toString();
    }

    private static void function(StringBuilder out, CommandSpec spec) {
        out.append('\n').append(functionName(spec)).append("() {\n    _arguments -s -S");
        for (CompletionTable.Entry entry : CompletionTable.entries()) {
            if (entry.name().equals(spec.name())) {
                for (Option option : entry.options()) {
                    option(out, option);
                }
            }
        }
        if (spec.most() != 0) {
            out.append(" \\\n        '*:argument:").append(action(spec.offer())).append('\'');
        }
        out.append("\n}\n");
    }

    private static void option(StringBuilder out, Option option) {
        String rest =
                !option.takesWord() ? "" : ":" + escape(option.value()) + ":" + values(option);
        String help = "[" + escape(option.help()) + "]" + rest;
        String repeat = option.kind() == Option.Kind.LIST ? "*" : "";
        out.append(" \\\n        '").append(repeat).append("--").append(option.name());
        out.append(!option.takesWord() ? "" : "=").append(help).append('\'');
        if (option.letter() != 0) {
            out.append(" \\\n        '").append(repeat).append('-').append(option.letter());
            out.append(!option.takesWord() ? "" : "+").append(help).append('\'');
        }
    }

    private static String values(Option option) {
        return option.choices().isEmpty()
                ? action(option.offer())
                : "(" + String.join(" ", option.choices()) + ")";
    }

    private static String action(Option.Offer offer) {
        return switch (offer) {
            case NOTHING -> " ";
            case FILES -> "_files";
            case DIRECTORIES -> "_files -/";
            case IMAGES -> "_slipway_images";
        };
    }

    private static String functionName(CommandSpec spec) {
        return "_slipway_" + spec.name().replace(' ', '_');
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\")
                .replace("'", "'\\''")
                .replace("[", "\\[")
                .replace("]", "\\]")
                .replace(":", "\\:");
    }
}
