package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.progress.TransferProgress;
import dev.slipway.distribution.Push;
import dev.slipway.distribution.Pushed;
import dev.slipway.distribution.Registries;
import dev.slipway.image.Descriptor;
import dev.slipway.image.ImageNotFoundException;
import dev.slipway.image.NamedImage;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;
import dev.slipway.pipeline.TagList;
import dev.slipway.pipeline.TagPlan;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `slipway image push`: images of the store to registries.
final class PushCommand implements Command {
    private static final int MAX_PLAN_BYTES = 1 << 20;
    private static final Option ALL_TAGS =
            Option.flag("all-tags", 'a', "All tags that the store has of the repository");
    private static final Option BY_DIGEST =
            Option.flag("by-digest", "Set no tag, and print the name with the digest it has there");
    private static final Option TAGS_FROM =
            Option.value(
                            "tags-from",
                            "FILE",
                            "Push under the names that slipway tags planned; - reads standard input."
                                    + " Tags that must stay where they are do")
                    .offers(Option.Offer.FILES);
    private static final Option PLATFORM =
            Option.value("platform", "OS/ARCH", "Of an image with several, this one");
    private static final Option COMPRESSION =
            Option.value(
                            "compression",
                            "KIND",
                            "How layers that are not compressed yet are compressed")
                    .choices("gzip", "zstd", "none")
                    .standard("gzip");
    private static final Option FORCE_COMPRESSION =
            Option.flag("force-compression", "Compress layers that are compressed as well");
    private static final Option DIGEST_FILE =
            Option.value("digestfile", "FILE", "Write the digest in the registry to a file")
                    .offers(Option.Offer.FILES);

    @Override
    public CommandSpec spec() {
        return new CommandSpec("image push", "Push images to a registry")
                .usage("[OPTIONS] NAME[:TAG|@DIGEST] [DESTINATION]")
                .aliases("push")
                .arguments(1, 2, Option.Offer.IMAGES)
                .options(
                        "Options",
                        ALL_TAGS,
                        BY_DIGEST,
                        TAGS_FROM,
                        PLATFORM,
                        COMPRESSION,
                        FORCE_COMPRESSION,
                        DIGEST_FILE,
                        RegistryAccess.QUIET)
                .options(
                        "Registry",
                        RegistryAccess.AUTH_FILE,
                        RegistryAccess.CREDS,
                        RegistryAccess.TLS_VERIFY)
                .options(
                        "Refused",
                        Option.refused(
                                "disable-content-trust", "images are not signed by this version."))
                .describe(
                        "What the registry has is not sent again, nor what it can take from another"
                                + " of its repositories. A push that breaks off goes on where it"
                                + " stopped. Layers are compressed once; the store remembers.")
                .example("A release", "slipway push registry.example/team/app:1.4")
                .example("Under another name", "slipway push app registry.example/team/app:1.4")
                .example(
                        "A release, after slipway build -t app .",
                        "slipway tags --format json r.example/app | slipway push --tags-from - app")
                .exitCode("3", "--tags-from: a tag that must not move points to another image")
                .example(
                        "For manifest create to join",
                        "slipway push --by-digest app r.example/app");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        if (line.has(TAGS_FROM)) {
            return planned(line, session);
        }
        boolean quiet = line.is(RegistryAccess.QUIET);
        Map<Reference, Descriptor> images = images(line, session.store());
        var pushed = new ArrayList<Pushed>();
        try (TransferProgress progress = RegistryAccess.progress(session, quiet);
                Registries registries = RegistryAccess.open(line, session, progress)) {
            RegistryAccess.stoppably(
                    session, () -> pushed.addAll(push(line, session, registries, images)));
        }
        for (Pushed each : pushed) {
            if (line.is(BY_DIGEST) || each.name().tag() == null) {
                session.out().println(each.name().name() + "@" + each.target().digest());
            } else if (quiet) {
                session.out().println(each.name().canonical());
            } else {
                session.out()
                        .println(
                                each.name().familiar()
                                        + ": digest: "
                                        + each.target().digest()
                                        + " size: "
                                        + each.target().size());
            }
        }
        writeDigest(line, pushed.getLast());
        return Main.OK;
    }

    private static void writeDigest(Parsed line, Pushed pushed) throws Exception {
        String file = line.text(DIGEST_FILE);
        if (file != null) {
            Files.writeString(Path.of(file), pushed.target().digest().toString());
        }
    }

    private static int planned(Parsed line, Session session) throws Exception {
        if (line.arguments().size() > 1 || line.is(ALL_TAGS) || line.is(BY_DIGEST)) {
            throw new UsageException("with --tags-from, the plan alone says what names there are");
        }
        TagPlan plan = plan(line, session);
        Descriptor image = find(session.store(), Reference.parse(line.argument()), line.argument());
        boolean quiet = line.is(RegistryAccess.QUIET);
        String wanted = line.text(PLATFORM);
        Platform platform = wanted == null ? null : Platform.parse(wanted);
        PlannedPush.Outcome outcome;
        try (TransferProgress progress = RegistryAccess.progress(session, quiet);
                Registries registries = RegistryAccess.open(line, session, progress)) {
            boolean force = line.is(FORCE_COMPRESSION);
            var push = new Push(registries, session.store(), compression(line), force);
            outcome =
                    RegistryAccess.stoppably(
                            session,
                            () -> new PlannedPush(registries, push, plan).run(image, platform));
        }
        if (!quiet) {
            TagDecision.table(outcome.decisions()).print(session.out());
            session.out().flush();
        }
        for (Pushed each : outcome.pushed()) {
            session.out().println(each.name().name() + "@" + each.target().digest());
        }
        session.out().flush();
        writeDigest(line, outcome.pushed().getLast());
        return TagDecision.refused(outcome.decisions(), session) ? Main.REFUSED : Main.OK;
    }

    private static TagPlan plan(Parsed line, Session session) throws Exception {
        String file = line.text(TAGS_FROM, "-");
        byte[] text;
        if (file.equals("-")) {
            text = session.in().readNBytes(MAX_PLAN_BYTES);
        } else {
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                text = in.readNBytes(MAX_PLAN_BYTES);
            }
        }
        TagPlan plan = TagList.parse(new String(text, StandardCharsets.UTF_8));
        if (plan.images().isEmpty() || plan.tags().isEmpty()) {
            throw new CommandException(
                    "no tag is planned, so nothing is pushed",
                    "slipway tags --dry-run IMAGE says why.");
        }
        return plan;
    }

    private static List<Pushed> push(
            Parsed line, Session session, Registries registries, Map<Reference, Descriptor> images)
            throws Exception {
        String wanted = line.text(PLATFORM);
        Platform platform = wanted == null ? null : Platform.parse(wanted);
        boolean force = line.is(FORCE_COMPRESSION);
        var push = new Push(registries, session.store(), compression(line), force);
        var pushed = new ArrayList<Pushed>();
        for (Map.Entry<Reference, Descriptor> image : images.entrySet()) {
            Reference name = image.getKey();
            boolean byDigest = line.is(BY_DIGEST) || name.digest() != null;
            pushed.add(
                    byDigest
                            ? push.pushByDigest(image.getValue(), name, platform)
                            : push.push(image.getValue(), name, platform));
        }
        return pushed;
    }

    private static Compression compression(Parsed line) throws UsageException {
        return switch (line.text(COMPRESSION, "gzip")) {
            case "zstd" -> Compression.zstd();
            case "none" -> Compression.NONE;
            default -> Compression.gzip();
        };
    }

    /// What to push under which names.
    private static Map<Reference, Descriptor> images(Parsed line, Store store) throws Exception {
        Reference source = Reference.parse(line.argument());
        var images = new LinkedHashMap<Reference, Descriptor>();
        if (!line.is(ALL_TAGS)) {
            Reference target =
                    line.arguments().size() > 1 ? Reference.parse(line.arguments().get(1)) : source;
            images.put(target, find(store, source, line.argument()));
            return images;
        }
        if (line.is(BY_DIGEST)) {
            throw new UsageException("--all-tags and --by-digest contradict each other");
        }
        if (source.tag() != null || source.digest() != null || line.arguments().size() > 1) {
            throw new UsageException("--all-tags takes the name of a repository without tag");
        }
        for (NamedImage image : store.images().list()) {
            Reference name = image.name();
            if (name != null && name.tag() != null && name.nameOnly().equals(source)) {
                images.put(name, image.target());
            }
        }
        if (images.isEmpty()) {
            throw ImageNotFoundException.none(line.argument());
        }
        return images;
    }

    private static Descriptor find(Store store, Reference name, String text) throws Exception {
        var found = store.images().find(name);
        if (found.isEmpty()) {
            throw ImageNotFoundException.none(text);
        }
        return found.get();
    }
}
