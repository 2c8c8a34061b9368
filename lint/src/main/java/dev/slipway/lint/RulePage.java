package dev.slipway.lint;

/// The page of a rule, as Markdown.
public final class RulePage {
    private RulePage() {}

    /// Returns the whole page.
    public static String of(Rule rule) {
        StringBuilder out = new StringBuilder("# ").append(rule.id()).append(' ');
        out.append(rule.name()).append("\n\n").append(rule.text().what()).append("\n\n");
        out.append("- Severity: ").append(rule.severity().text()).append('\n');
        out.append("- Since rule set ").append(rule.since()).append('\n');
        out.append("- Needs: ").append(rule.needs().text());
        out.append(" (").append(rule.needs().level()).append(")\n");
        out.append("- Fix: ").append(fix(rule.fix())).append('\n');
        names(out, rule);
        out.append("\n## Why\n\n").append(rule.text().why()).append('\n');
        out.append("\n## Reported\n\n```dockerfile\n").append(rule.text().bad());
        out.append("```\n\n## Not reported\n\n```dockerfile\n").append(rule.text().good());
        out.append("```\n\n## What to do\n\n").append(rule.text().remedy()).append('\n');
        return out.toString();
    }

    private static String fix(FixKind kind) {
        return switch (kind) {
            case NONE -> "by hand";
            case SAFE -> "`slipway lint --fix`";
            case UNSAFE -> "`slipway lint --fix=unsafe`";
        };
    }

    private static void names(StringBuilder out, Rule rule) {
        for (RuleName.Tool tool : RuleName.Tool.values()) {
            String separator = "- In " + tool.title() + ": ";
            boolean any = false;
            for (RuleName name : rule.names()) {
                if (name.tool() == tool) {
                    out.append(separator).append(name.code());
                    separator = ", ";
                    any = true;
                }
            }
            out.append(any ? "\n" : "");
        }
    }

    /// Returns the list of all pages.
    public static String index(RuleBook book) {
        StringBuilder out = new StringBuilder("# Rules\n\nRule set ");
        out.append(RuleBook.RULE_SET).append(".\n\n| rule | severity | also known as | what |\n");
        out.append("| --- | --- | --- | --- |\n");
        for (Rule rule : book.rules()) {
            out.append("| [").append(rule.id()).append(' ').append(rule.name()).append("](");
            out.append(rule.name()).append(".md) | ").append(rule.severity().text()).append(" | ");
            String separator = "";
            for (RuleName name : rule.names()) {
                out.append(separator).append(name.code());
                separator = ", ";
            }
            out.append(" | ").append(rule.text().what().replace("|", "\\|")).append(" |\n");
        }
        return out.toString();
    }
}
