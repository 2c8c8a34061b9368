package dev.slipway.cli;

import dev.slipway.base.BaseBuilder;
import dev.slipway.base.BaseDefinition;
import dev.slipway.base.BaseLock;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;

import java.nio.file.Files;
import java.nio.file.Path;

/// `slipway base lock`: pins the packages of a base image.
final class BaseLockCommand implements Command {
    private static final Option OUTPUT =
            Option.value(
                            "output",
                            'o',
                            "FILE",
                            "Write it here; - for standard output [default: base.lock beside"
                                    + " base.yaml]")
                    .offers(Option.Offer.FILES);
    private static final Option QUIET = Option.flag("quiet", 'q', "Show no progress");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("base lock", "Pin the packages of a base image")
                .usage("[OPTIONS] base.yaml")
                .arguments(1, 1, Option.Offer.FILES)
                .options("Options", OUTPUT, QUIET)
                .describe(
                        "Chooses the packages as they are now and writes their exact versions and"
                                + " hashes to a lock, which base build then follows.");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Path file = BaseFiles.definition(line.argument());
        BaseDefinition definition = BaseDefinition.parse(file.toString(), Files.readString(file));
        BaseLock lock;
        try (BasePrinter printer = new BasePrinter(session, line.is(QUIET))) {
            lock = BaseBuilder.on(session.store(), printer).lock(definition);
        }
        String output = line.text(OUTPUT, "");
        if (output.equals("-")) {
            session.out().print(lock.text());
            return Main.OK;
        }
        Path target = output.isEmpty() ? file.resolveSibling(BaseLock.FILE_NAME) : Path.of(output);
        Files.writeString(target, lock.text());
        if (!line.is(QUIET)) {
            session.err().println("wrote " + target + ": " + lock.packages().size() + " packages");
        }
        return Main.OK;
    }
}
