package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.progress.TransferProgress;
import dev.slipway.distribution.Pull;
import dev.slipway.distribution.Pulled;
import dev.slipway.distribution.Registries;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;

import java.util.ArrayList;
import java.util.List;

/// `slipway image pull`: images from registries into the store.
final class PullCommand implements Command {
    private static final Option PLATFORM =
            Option.value("platform", "OS/ARCH", "Of an image with several, this one")
                    .environment("DOCKER_DEFAULT_PLATFORM");
    private static final Option ALL_PLATFORMS =
            Option.flag("all-platforms", "All platforms, with their attestations");
    private static final Option ALL_TAGS =
            Option.flag("all-tags", 'a', "All tags of the repository");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("image pull", "Pull images from a registry")
                .usage("[OPTIONS] NAME[:TAG|@DIGEST] [NAME...]")
                .aliases("pull")
                .arguments(1, -1, Option.Offer.NOTHING)
                .options("Options", PLATFORM, ALL_PLATFORMS, ALL_TAGS, RegistryAccess.QUIET)
                .options(
                        "Registry",
                        RegistryAccess.AUTH_FILE,
                        RegistryAccess.CREDS,
                        RegistryAccess.TLS_VERIFY)
                .options(
                        "Refused",
                        Option.refused(
                                "disable-content-trust",
                                "signatures are not checked by this version."))
                .describe(
                        "Only what the store lacks is moved, and verified before it counts. A pull"
                                + " that breaks off goes on where it stopped.")
                .example("An official image", "slipway pull alpine:3.20")
                .example("For another machine", "slipway pull --platform linux/arm64 alpine");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        boolean quiet = line.is(RegistryAccess.QUIET);
        var pulled = new ArrayList<Pulled>();
        try (TransferProgress progress = RegistryAccess.progress(session, quiet);
                Registries registries = RegistryAccess.open(line, session, progress)) {
            RegistryAccess.stoppably(session, () -> pulled.addAll(pull(line, session, registries)));
        }
        for (Pulled each : pulled) {
            if (!quiet) {
                session.out().println("Digest: " + each.target().digest());
                session.out()
                        .println(
                                (each.isNew()
                                                ? "Status: Downloaded newer image for "
                                                : "Status: Image is up to date for ")
                                        + each.name().familiar());
            }
            session.out().println(each.name().canonical());
        }
        return Main.OK;
    }

    private static List<Pulled> pull(Parsed line, Session session, Registries registries)
            throws Exception {
        String wanted = line.text(PLATFORM);
        Platform platform = wanted == null ? null : Platform.parse(wanted);
        var pull = new Pull(registries, session.store());
        var pulled = new ArrayList<Pulled>();
        for (Reference name : names(line, registries)) {
            pulled.add(line.is(ALL_PLATFORMS) ? pull.pullAll(name) : pull.pull(name, platform));
        }
        return pulled;
    }

    private static List<Reference> names(Parsed line, Registries registries) throws Exception {
        var names = new ArrayList<Reference>();
        for (String text : line.arguments()) {
            Reference name = registries.parse(text);
            if (!line.is(ALL_TAGS)) {
                names.add(name);
                continue;
            }
            if (name.tag() != null || name.digest() != null) {
                throw new UsageException("a tag cannot be given with --all-tags: " + text);
            }
            for (String tag : registries.repository(name).tags()) {
                names.add(name.withTag(tag));
            }
        }
        return names;
    }
}
