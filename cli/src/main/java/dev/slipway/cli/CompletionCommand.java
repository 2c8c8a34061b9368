package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;

import java.util.List;

/// `slipway completion SHELL`: the script that teaches a shell the option table.
final class CompletionCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("completion", "Print the completion script of a shell")
                .usage("bash|zsh|fish")
                .arguments(1, 1, Option.Offer.NOTHING)
                .example("For this bash session", "source <(slipway completion bash)")
                .example("For zsh, for good", "slipway completion zsh > \"${fpath[1]}/_slipway\"")
                .example(
                        "For fish, for good",
                        "slipway completion fish > ~/.config/fish/completions/slipway.fish");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        String shell = line.argument();
        session.out()
                .print(
                        switch (shell) {
                            case "bash" -> BashCompletion.script();
                            case "zsh" -> ZshCompletion.script();
                            case "fish" -> FishCompletion.script();
                            default ->
                                    throw new UsageException(
                                            "unknown shell: " + shell,
                                            "Use one of " + List.of("bash", "zsh", "fish") + ".");
                        });
        return Main.OK;
    }
}
