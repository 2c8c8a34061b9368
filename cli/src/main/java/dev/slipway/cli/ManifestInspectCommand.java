package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.RemoteManifest;
import dev.slipway.distribution.TransferListener;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.Reference;

import java.io.PrintStream;
import java.util.Optional;

/// `slipway manifest inspect`: a manifest as its registry has it.
final class ManifestInspectCommand implements Command {
    private static final Option RAW = Option.flag("raw", "Print the exact bytes");
    private static final Option SUMMARY =
            Option.flag("summary", "Print name, digest and platforms, as buildx imagetools does");
    private static final Option VERBOSE = Option.flag("verbose", 'v', "").hidden();

    @Override
    public CommandSpec spec() {
        return new CommandSpec("manifest inspect", "Show a manifest or index in a registry")
                .usage("[OPTIONS] NAME[:TAG|@DIGEST]")
                .aliases("imagetools inspect", "buildx imagetools inspect")
                .arguments(1, 1, Option.Offer.NOTHING)
                .options("Options", SUMMARY, RAW, VERBOSE)
                .options(
                        "Registry",
                        RegistryAccess.AUTH_FILE,
                        RegistryAccess.CREDS,
                        RegistryAccess.TLS_VERIFY)
                .example("Which platforms?", "slipway manifest inspect --summary alpine");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Reference name = Reference.parse(line.argument()).withDefaultTag();
        try (Registries registries = RegistryAccess.open(line, session, TransferListener.none())) {
            Optional<RemoteManifest> found =
                    RegistryAccess.stoppably(session, () -> registries.find(name));
            if (found.isEmpty()) {
                throw new CommandException(
                        "there is no image " + name.familiar() + " in " + name.registry(), null);
            }
            RemoteManifest manifest = found.get();
            if (line.is(RAW)) {
                session.dataOut().write(manifest.raw());
            } else if (line.is(SUMMARY)) {
                summarize(name, manifest, session.out());
            } else {
                session.out().println(JsonWriter.indented(3).value(Json.parse(manifest.raw())));
            }
        }
        return Main.OK;
    }

    private static void summarize(Reference name, RemoteManifest manifest, PrintStream out)
            throws Exception {
        out.println("Name:      " + name.canonical());
        out.println("MediaType: " + manifest.descriptor().mediaType());
        out.println("Digest:    " + manifest.descriptor().digest());
        if (!manifest.isIndex()) {
            return;
        }
        out.println("Manifests:");
        for (Descriptor each : manifest.index().manifests()) {
            out.println("  Name:      " + name.nameOnly().canonical() + "@" + each.digest());
            out.println("  MediaType: " + each.mediaType());
            out.println("  Platform:  " + (each.platform() == null ? "-" : each.platform()));
            out.println();
        }
    }
}
