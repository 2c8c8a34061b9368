package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.progress.TransferProgress;
import dev.slipway.distribution.Copy;
import dev.slipway.distribution.Pushed;
import dev.slipway.distribution.Registries;
import dev.slipway.image.Reference;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// `slipway manifest create`: one index of several images, in a registry.
final class ManifestCreateCommand implements Command {
    private static final Option TAG =
            Option.value("tag", 't', "NAME[:TAG]", "Name of the index; else the first argument");
    private static final Option ANNOTATION =
            Option.list("annotation", "KEY=VALUE", "Annotate the index");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("manifest create", "Make one index of several images")
                .usage("[OPTIONS] NAME[:TAG] SOURCE [SOURCE...]")
                .aliases("imagetools create", "buildx imagetools create")
                .arguments(1, -1, Option.Offer.NOTHING)
                .options("Options", TAG, ANNOTATION)
                .options(
                        "Registry",
                        RegistryAccess.AUTH_FILE,
                        RegistryAccess.CREDS,
                        RegistryAccess.TLS_VERIFY)
                .describe(
                        "The index is put into the registry at once. Sources are images or indexes"
                                + " of any registry; what is elsewhere is copied to its repository.")
                .example(
                        "Two machines' images as one",
                        "slipway manifest create r.example/app:1 r.example/app:1-amd64"
                                + " r.example/app:1-arm64");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        List<String> names = new ArrayList<>(line.arguments());
        String tag = line.text(TAG);
        String target = tag == null ? names.removeFirst() : tag;
        if (names.isEmpty()) {
            throw new UsageException("an index needs at least one source");
        }
        List<Reference> sources = new ArrayList<>();
        for (String name : names) {
            sources.add(Reference.parse(name));
        }
        SortedMap<String, String> annotations = new TreeMap<>();
        for (String text : line.texts(ANNOTATION)) {
            int equals = text.indexOf('=');
            if (equals <= 0) {
                throw Parsed.wrongValue(ANNOTATION, text, "KEY=VALUE");
            }
            String key = text.substring(0, equals);
            annotations.put(
                    key.startsWith("index:") ? key.substring(6) : key, text.substring(equals + 1));
        }
        Reference to = Reference.parse(target);
        try (TransferProgress progress = RegistryAccess.progress(session, false);
                Registries registries = RegistryAccess.open(line, session, progress)) {
            Pushed pushed =
                    RegistryAccess.stoppably(
                            session,
                            () ->
                                    new Copy(registries, false)
                                            .createIndex(to, sources, annotations));
            session.out().println(pushed.name().canonical() + "@" + pushed.target().digest());
        }
        return Main.OK;
    }
}
