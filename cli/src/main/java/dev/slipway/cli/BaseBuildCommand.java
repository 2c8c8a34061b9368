package dev.slipway.cli;

import dev.slipway.base.BaseBuilder;
import dev.slipway.base.BaseDefinition;
import dev.slipway.base.BaseLock;
import dev.slipway.base.BaseResult;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.Human;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;

/// `slipway base build`: a base image from a distribution's packages.
final class BaseBuildCommand implements Command {
    private static final Option TAG =
            Option.value("tag", 't', "NAME[:TAG]", "Name the image; otherwise as base.yaml says");
    private static final Option LOCK =
            Option.value(
                            "lock",
                            "FILE",
                            "Take exactly the packages of this lock [default: base.lock beside"
                                    + " base.yaml]")
                    .offers(Option.Offer.FILES);
    private static final Option NO_LOCK =
            Option.flag("no-lock", "Take the newest packages, whatever a lock says");
    private static final Option QUIET = Option.flag("quiet", 'q', "Print nothing but the image ID");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("base build", "Make a base image from a distribution's packages")
                .usage("[OPTIONS] base.yaml")
                .arguments(1, 1, Option.Offer.FILES)
                .options("Options", TAG, LOCK, NO_LOCK, QUIET)
                .describe(
                        """
                        Packages come from the apt sources of this machine, or those that base.yaml names; signatures and
                        hashes are verified. The same definition and lock give the same digest.\
                        """)
                .example("A base for applications", "slipway base build base.yaml -t base");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Rootless.prefer(session);
        Path file = BaseFiles.definition(line.argument());
        BaseDefinition definition = BaseDefinition.parse(file.toString(), Files.readString(file));
        String name = line.text(TAG, definition.name() == null ? "" : definition.name());
        Reference reference = name.isEmpty() ? null : Reference.parse(name);
        boolean quiet = line.is(QUIET);
        long start = System.nanoTime();
        BaseLock lock = lock(line, file);
        BaseResult result;
        try (BasePrinter printer = new BasePrinter(session, quiet)) {
            BaseBuilder builder = BaseBuilder.on(session.store(), printer);
            result =
                    lock == null
                            ? builder.build(definition, reference)
                            : builder.build(definition, lock, reference);
        }
        if (quiet) {
            session.out().println(result.imageId());
        } else {
            report(result, reference, System.nanoTime() - start, session);
        }
        return Main.OK;
    }

    private static void report(
            BaseResult result, @Nullable Reference name, long nanos, Session session) {
        String subject = name == null ? result.imageId().toString() : name.familiar();
        int packages = result.lock().packages().size();
        session.err()
                .println(
                        (result.reused() ? "unchanged: " : "made ")
                                + subject
                                + ", "
                                + packages
                                + (packages == 1 ? " package, " : " packages, ")
                                + Human.size(result.layerBytes())
                                + ", "
                                + Human.seconds(nanos));
    }

    private static @Nullable BaseLock lock(Parsed line, Path definition) throws Exception {
        if (line.is(NO_LOCK)) {
            if (line.has(LOCK)) {
                throw new UsageException("--lock and --no-lock cannot be given together");
            }
            return null;
        }
        String given = line.text(LOCK);
        Path file = given == null ? definition.resolveSibling(BaseLock.FILE_NAME) : Path.of(given);
        if (given == null && !Files.exists(file)) {
            return null;
        }
        return BaseLock.parse(file.toString(), Files.readString(file));
    }
}
