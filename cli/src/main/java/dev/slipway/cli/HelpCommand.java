package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.HelpText;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;

import java.util.List;

/// `slipway help COMMAND`.
final class HelpCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("help", "Show what there is, or help for one command")
                .usage("[COMMAND]")
                .arguments(0, 2, Option.Offer.NOTHING);
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        List<String> words = line.arguments();
        if (words.isEmpty()) {
            new Overview(session).print(session.out());
            return Main.OK;
        }
        Command command = Commands.find(String.join(" ", words));
        if (command != null) {
            session.out()
                    .print(HelpText.of(command.spec(), Globals.afterCommand(), session.width()));
            return Main.OK;
        }
        Commands.Family family = Commands.family(words.getFirst());
        if (family == null || words.size() > 1) {
            throw Overview.unknown(words.getLast(), family);
        }
        new Overview(session).print(family, session.out());
        return Main.OK;
    }
}
