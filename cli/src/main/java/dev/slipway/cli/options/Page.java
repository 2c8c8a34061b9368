package dev.slipway.cli.options;

import java.util.ArrayList;
import java.util.List;

/// A command's reference page in Markdown.
public final class Page {
    private Page() {}

    /// The page's text, always the same for the same spec.
    public static String of(CommandSpec spec) {
        StringBuilder out = new StringBuilder();
        out.append("# slipway ").append(spec.name()).append("\n\n");
        out.append(spec.summary()).append(".\n\n```\n");
        for (String usage : spec.usages()) {
            out.append("slipway ").append(spec.name());
            out.append(usage.isEmpty() ? "" : " ").append(usage).append('\n');
        }
        out.append("```\n");
        if (!spec.description().isEmpty()) {
            out.append('\n').append(spec.description().strip()).append('\n');
        }
        if (!spec.aliases().isEmpty()) {
            out.append("\nAlso: `slipway ");
            out.append(String.join("`, `slipway ", spec.aliases())).append("`.\n");
        }
        for (CommandSpec.Group group : spec.groups()) {
            table(out, group);
        }
        refused(out, spec);
        examples(out, spec);
        exitCodes(out, spec);
        return out.toString();
    }

    private static void table(StringBuilder out, CommandSpec.Group group) {
        boolean headed = false;
        for (Option option : group.options()) {
            if (option.isHidden()) {
                continue;
            }
            if (!headed) {
                out.append("\n## ").append(group.title()).append("\n\n");
                out.append("| option | meaning |\n| --- | --- |\n");
                headed = true;
            }
            out.append("| `").append(HelpText.spelling(option, option.letter() != 0).strip());
            out.append("` | ").append(cell(HelpText.explanation(option))).append(" |\n");
        }
    }

    private static void refused(StringBuilder out, CommandSpec spec) {
        List<String> rows = new ArrayList<>();
        for (CommandSpec.Group group : spec.groups()) {
            for (Option option : group.options()) {
                if (option.kind() == Option.Kind.REFUSED) {
                    rows.add("| `--" + option.name() + "` | " + cell(option.help()) + " |\n");
                }
            }
        }
        if (!rows.isEmpty()) {
            out.append(
                    "\n"
                            + "## Refused\n\n"
                            + "Known from other tools; given here, the command stops and says"
                            + " why.\n\n");
            out.append("| option | why |\n| --- | --- |\n").append(String.join("", rows));
        }
    }

    private static void examples(StringBuilder out, CommandSpec spec) {
        if (spec.examples().isEmpty()) {
            return;
        }
        out.append("\n## Examples\n");
        for (int i = 0; i < spec.examples().size(); i += 2) {
            out.append('\n').append(spec.examples().get(i)).append(":\n\n```\n");
            out.append(spec.examples().get(i + 1)).append("\n```\n");
        }
    }

    private static void exitCodes(StringBuilder out, CommandSpec spec) {
        if (spec.exitCodes().isEmpty()) {
            return;
        }
        out.append("\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n");
        for (int i = 0; i < spec.exitCodes().size(); i += 2) {
            out.append("| ").append(spec.exitCodes().get(i)).append(" | ");
            out.append(cell(spec.exitCodes().get(i + 1))).append(" |\n");
        }
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;").replace("{{", "&#123;&#123;");
    }
}
