package dev.slipway.cli.options;

import java.util.ArrayList;
import java.util.List;

/// A command's help, as `--help` shows it, wrapped to a width.
public final class HelpText {
    private static final int WIDEST_LEFT = 30;

    private final StringBuilder out = new StringBuilder();
    private final int width;

    private HelpText(int width) {
        this.width = width;
    }

    /// The help of one command.
    ///
    /// @param width columns it may use; clipped to 60 to 100
    public static String of(CommandSpec spec, CommandSpec globals, int width) {
        HelpText help = new HelpText(Math.clamp(width, 60, 100));
        help.write(spec, globals);
        return help.out.toString();
    }

    private void write(CommandSpec spec, CommandSpec globals) {
        usage(spec);
        out.append('\n').append(spec.summary()).append('\n');
        for (String paragraph : paragraphs(spec.description())) {
            out.append('\n');
            wrap(paragraph, "", "");
        }
        if (!spec.aliases().isEmpty()) {
            out.append("\nAliases:\n");
            wrap("slipway " + String.join(", slipway ", spec.aliases()), "  ", "  ");
        }
        for (CommandSpec.Group group : spec.groups()) {
            group(group, spec, false);
        }
        for (CommandSpec.Group group : globals.groups()) {
            group(group, spec, true);
        }
        examples(spec);
        exitCodes(spec);
    }

    private void usage(CommandSpec spec) {
        String lead = "Usage:  ";
        for (String usage : spec.usages()) {
            out.append(lead).append("slipway ").append(spec.name());
            out.append(usage.isEmpty() ? "" : " ").append(usage).append('\n');
            lead = "        ";
        }
    }

    private void group(CommandSpec.Group group, CommandSpec spec, boolean global) {
        List<Option> shown = new ArrayList<>();
        for (Option option : group.options()) {
            boolean overridden = global && spec.find(option.name()) != null;
            if (!option.isHidden() && !overridden) {
                shown.add(option);
            }
        }
        if (shown.isEmpty()) {
            return;
        }
        int left = 0;
        for (Option option : shown) {
            boolean letter =
                    option.letter() != 0 && (!global || spec.find(option.letter()) == null);
            int length = spelling(option, letter).length();
            left = length > WIDEST_LEFT ? left : Math.max(left, length);
        }
        out.append('\n').append(group.title()).append(":\n");
        for (Option option : shown) {
            boolean letter =
                    option.letter() != 0 && (!global || spec.find(option.letter()) == null);
            columns("  " + spelling(option, letter), left + 4, explanation(option));
        }
    }

    /// `-t, --tag NAME`, with the letter's place kept free where there is none.
    static String spelling(Option option, boolean letter) {
        String text = (letter ? "-" + option.letter() + ", --" : "    --") + option.name();
        if (option.value().isEmpty()) {
            return text;
        }
        return option.takesWord()
                ? text + " " + option.value()
                : text + "[=" + option.value() + "]";
    }

    /// The help sentence with what may stand in for the option.
    static String explanation(Option option) {
        StringBuilder text = new StringBuilder(option.help());
        if (!option.choices().isEmpty()) {
            text.append(" (").append(String.join("|", option.choices())).append(')');
        }
        String standard = option.standard();
        if (standard != null && !standard.isEmpty()) {
            text.append(" [default ").append(standard).append(']');
        }
        if (!option.environment().isEmpty()) {
            text.append(" [$").append(String.join(", $", option.environment())).append(']');
        }
        return text.toString();
    }

    private void examples(CommandSpec spec) {
        if (spec.examples().isEmpty()) {
            return;
        }
        out.append("\nExamples:\n");
        for (int i = 0; i < spec.examples().size(); i += 2) {
            wrap("# " + spec.examples().get(i), "  ", "  # ");
            out.append("  $ ").append(spec.examples().get(i + 1)).append('\n');
        }
    }

    private void exitCodes(CommandSpec spec) {
        if (spec.exitCodes().isEmpty()) {
            return;
        }
        out.append("\nExit codes:\n");
        for (int i = 0; i < spec.exitCodes().size(); i += 2) {
            columns("  " + spec.exitCodes().get(i), 10, spec.exitCodes().get(i + 1));
        }
    }

    /// A left column and, from `column` on, wrapped text; a left part too long gets a line of its
    /// own.
    private void columns(String left, int column, String text) {
        if (left.length() + 2 > column + 2 && left.length() > column - 2) {
            out.append(left).append('\n');
            wrap(text, " ".repeat(column), " ".repeat(column));
        } else {
            wrap(text, left + " ".repeat(column - left.length()), " ".repeat(column));
        }
    }

    private void wrap(String text, String first, String later) {
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (String word : text.split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > width) {
                out.append(line).append('\n');
                line = new StringBuilder(later);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }

    private static List<String> paragraphs(String text) {
        List<String> paragraphs = new ArrayList<>();
        for (String paragraph : text.strip().split("\n\n", -1)) {
            if (!paragraph.isBlank()) {
                paragraphs.add(paragraph.strip().replace('\n', ' '));
            }
        }
        return paragraphs;
    }
}
