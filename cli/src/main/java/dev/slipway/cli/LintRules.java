package dev.slipway.cli;

import dev.slipway.cli.options.UsageException;
import dev.slipway.lint.Rule;
import dev.slipway.lint.RuleBook;
import dev.slipway.lint.RuleName;
import dev.slipway.lint.RulePage;

import java.util.List;

/// `slipway lint rules` and `slipway lint explain RULE`.
final class LintRules {
    private final Session session;

    LintRules(Session session) {
        this.session = session;
    }

    int run(List<String> arguments) throws CommandException, UsageException {
        RuleBook book = RuleBook.load();
        if (arguments.getFirst().equals("rules")) {
            for (Rule rule : book.rules()) {
                list(rule);
            }
            return Main.OK;
        }
        if (arguments.size() < 2) {
            throw new UsageException("which rule?", "Usage: slipway lint explain RULE.");
        }
        for (String name : arguments.subList(1, arguments.size())) {
            Rule rule = book.find(name);
            if (rule == null) {
                throw new CommandException(
                        "no rule is called " + name, "see `slipway lint rules`.");
            }
            session.out().print(RulePage.of(rule));
        }
        return Main.OK;
    }

    private void list(Rule rule) {
        StringBuilder text = new StringBuilder(rule.id()).append("  ");
        pad(text, rule.severity().text(), 9);
        pad(text, rule.name(), 32);
        for (RuleName name : rule.names()) {
            text.append(' ').append(name.code());
        }
        session.out().println(text);
    }

    private static void pad(StringBuilder text, String word, int width) {
        text.append(word).append(" ".repeat(Math.max(1, width - word.length())));
    }
}
