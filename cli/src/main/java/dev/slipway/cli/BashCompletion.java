package dev.slipway.cli;

import dev.slipway.cli.options.Option;

import java.util.ArrayList;
import java.util.List;

/// The bash script.
final class BashCompletion {
    private BashCompletion() {}

    static String script() {
        StringBuilder out = new StringBuilder();
        List<String> families = new ArrayList<>();
        for (Commands.Family family : Commands.families()) {
            families.add(family.name());
        }
        out.append(
                """
                # bash completion for slipway
                _slipway() {
                    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} i command='' words='' offer=''
                    for ((i = 1; i < COMP_CWORD; i++)); do
                        case ${COMP_WORDS[i]} in
                            -*) ;;
                            *) case $command in
                                ''|%s) command="${command:+$command }${COMP_WORDS[i]}" ;;
                            esac ;;
                        esac
                    done
                    case $command in
                        '') words='%s' ;;
                """
                        .replaceFirst("%s", String.join("|", families))
                        .replaceFirst("%s", String.join(" ", CompletionTable.firstWords())));
        for (Commands.Family family : Commands.families()) {
            out.append("        ").append(family.name()).append(") words='");
            out.append(String.join(" ", family.members())).append("' ;;\n");
        }
        for (CompletionTable.Entry entry : CompletionTable.entries()) {
            command(out, entry);
        }
        out.append(
                """
                    esac
                    case $offer in
                        files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
                        directories) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
                        images) mapfile -t COMPREPLY < <(compgen -W "$(IMAGES)" -- "$cur"); __ltrim_colon_completions "$cur" 2>/dev/null ;;
                        *) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur") ;;
                    esac
                }
                complete -F _slipway slipway
                """
                        .replace("IMAGES", CompletionTable.IMAGES_COMMAND));
        return out.toString();
    }

    private static void command(StringBuilder out, CompletionTable.Entry entry) {
        out.append("        '").append(entry.name()).append("') case $prev in\n");
        List<String> names = new ArrayList<>();
        for (Option option : entry.options()) {
            names.add("--" + option.name());
            if (option.takesWord()) {
                out.append("            ");
                if (option.letter() != 0) {
                    out.append('-').append(option.letter()).append('|');
                }
                out.append("--").append(option.name()).append(") ");
                if (option.choices().isEmpty()) {
                    out.append("offer=").append(offer(option.offer()));
                } else {
                    out.append("words='").append(String.join(" ", option.choices())).append('\'');
                }
                out.append(" ;;\n");
            }
        }
        out.append("            *) case $cur in\n                -*) words='");
        out.append(String.join(" ", names)).append("' ;;\n");
        out.append("                *) offer=").append(offer(entry.spec().offer()));
        out.append(" ;;\n            esac ;;\n        esac ;;\n");
    }

    private static String offer(Option.Offer offer) {
        return switch (offer) {
            case NOTHING -> "''";
            case FILES -> "files";
            case DIRECTORIES -> "directories";
            case IMAGES -> "images";
        };
    }
}
