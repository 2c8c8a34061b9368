package dev.slipway.cli;

import dev.slipway.build.Annotation;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.progress.TransferProgress;
import dev.slipway.distribution.Copy;
import dev.slipway.distribution.IndexEdit;
import dev.slipway.distribution.Pushed;
import dev.slipway.distribution.Registries;
import dev.slipway.image.Reference;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `slipway manifest create`: one index of several images, in a registry.
final class ManifestCreateCommand implements Command {
    private static final Option TAG =
            Option.value("tag", 't', "NAME[:TAG]", "Name of the index; else the first argument");
    private static final Option ANNOTATION =
            Option.list(
                    "annotation",
                    "[TYPE:]KEY=VALUE",
                    "Annotate the index, or with manifest-descriptor: or"
                            + " manifest-descriptor[PLATFORM]: its entries");
    private static final Option AMEND =
            Option.flag("amend", 'a', "Add to the index that has the name already");
    private static final Option APPEND = Option.flag("append", "").hidden();

    @Override
    public CommandSpec spec() {
        return new CommandSpec("manifest create", "Make one index of several images")
                .usage("[OPTIONS] NAME[:TAG] SOURCE [SOURCE...]")
                .aliases("imagetools create", "buildx imagetools create")
                .arguments(1, -1, Option.Offer.NOTHING)
                .options("Options", TAG, ANNOTATION, AMEND, APPEND)
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
        Annotations annotations =
                Annotations.parse(ANNOTATION, line.texts(ANNOTATION), Annotation.Kind.INDEX);
        Reference to = Reference.parse(target);
        try (TransferProgress progress = RegistryAccess.progress(session, false);
                Registries registries = RegistryAccess.open(line, session, progress)) {
            if (line.is(AMEND) || line.is(APPEND)) {
                sources.addFirst(to);
            }
            Pushed pushed =
                    RegistryAccess.stoppably(
                            session, () -> create(registries, to, sources, annotations));
            session.out().println(pushed.name().canonical() + "@" + pushed.target().digest());
        }
        return Main.OK;
    }

    private static Pushed create(
            Registries registries, Reference to, List<Reference> sources, Annotations annotations)
            throws IOException {
        Pushed made = new Copy(registries, false).createIndex(to, sources, annotations.ofIndex());
        if (annotations.ofEntries().isEmpty()) {
            return made;
        }
        IndexEdit edit = IndexEdit.of(to, IndexEdit.require(registries, to));
        annotations.annotateEntries(edit);
        return edit.put(registries, to);
    }
}
