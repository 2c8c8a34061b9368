package dev.slipway.cli;

import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.progress.TransferProgress;
import dev.slipway.distribution.Pull;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.RegistryException;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Image;
import dev.slipway.image.ImageNotFoundException;
import dev.slipway.image.InvalidReferenceException;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

/// Brings in the image that `slipway run` is to run.
final class RunPull {
    private RunPull() {}

    /// The image as its registry has it now.
    static Image anew(Parsed line, Session session, @Nullable Platform platform) throws Exception {
        return pull(Reference.parse(line.argument()), session, platform);
    }

    /// The image, which the store does not have.
    ///
    /// @throws ImageNotFoundException the one given, if the registry has none either
    /// @throws CommandException if the registry cannot be reached
    static Image missing(
            Parsed line,
            Session session,
            @Nullable Platform platform,
            ImageNotFoundException missing)
            throws Exception {
        Reference name;
        try {
            name = Reference.parse(line.argument());
        } catch (InvalidReferenceException _) {
            throw missing;
        }
        try {
            return pull(name, session, platform);
        } catch (RegistryException e) {
            if (e.status() == 404 || e.status() == 401 || e.status() == 403) {
                missing.addSuppressed(e);
                throw missing;
            }
            if (e.status() != 0) {
                throw e;
            }
            // Who mistyped a name shall not look for a fault in the network.
            throw new CommandException(missing.getMessage() + "; " + e.getMessage(), e.hint());
        }
    }

    private static Image pull(Reference name, Session session, @Nullable Platform platform)
            throws Exception {
        try (TransferProgress progress = RegistryAccess.progress(session, false);
                Registries registries = RegistryAccess.open(session, progress)) {
            Descriptor target =
                    RegistryAccess.stoppably(
                            session,
                            () ->
                                    new Pull(registries, session.store())
                                            .pull(name, platform)
                                            .target());
            return Image.load(session.store(), target, platform);
        }
    }
}
