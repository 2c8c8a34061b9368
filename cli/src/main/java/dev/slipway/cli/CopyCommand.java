package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.progress.TransferProgress;
import dev.slipway.distribution.Copy;
import dev.slipway.distribution.Pull;
import dev.slipway.distribution.Push;
import dev.slipway.distribution.Registries;
import dev.slipway.image.Descriptor;
import dev.slipway.image.ImageLoad;
import dev.slipway.image.ImageNotFoundException;
import dev.slipway.image.ImageSave;
import dev.slipway.image.LoadedImage;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.SavedImage;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;
import dev.slipway.linux.Fd;
import dev.slipway.linux.OpenFlags;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `slipway copy`: images between registries, archives and the store.
final class CopyCommand implements Command {
    private static final int FILE_MODE = 0600;
    private static final Option PLATFORM =
            Option.value("platform", "OS/ARCH", "Of an image with several, this one; else all");
    private static final Option REFERRERS =
            Option.flag(
                    "referrers",
                    "From registry to registry, also what refers to the image: signatures,"
                            + " attestations");
    private static final Option ALL = Option.flag("all", 'a', "").hidden();

    @Override
    public CommandSpec spec() {
        return new CommandSpec("copy", "Copy images between registries, archives and the store")
                .usage("[OPTIONS] SOURCE DESTINATION")
                .arguments(2, 2, Option.Offer.NOTHING)
                .options("Options", PLATFORM, REFERRERS, RegistryAccess.QUIET, ALL)
                .options(
                        "Registry",
                        RegistryAccess.AUTH_FILE,
                        RegistryAccess.CREDS,
                        RegistryAccess.TLS_VERIFY)
                .describe(
                        """
                        A place is NAME or docker://NAME in a registry, store:NAME in the local store, or
                        oci-archive:FILE, docker-archive:FILE or oci:DIR, with :NAME behind it to name the image there.

                        From registry to registry nothing touches the disk, and manifests stay byte for byte.\
                        """)
                .example(
                        "To another registry",
                        "slipway copy --referrers alpine:3.20 r.example/alpine:3.20")
                .example("Into an archive", "slipway copy alpine:3.20 oci-archive:alpine.tar");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        CopyPlace from = CopyPlace.parse(line.arguments().get(0));
        CopyPlace to = CopyPlace.parse(line.arguments().get(1));
        String wanted = line.text(PLATFORM);
        Platform platform = wanted == null ? null : Platform.parse(wanted);
        boolean quiet = line.is(RegistryAccess.QUIET);
        boolean referrers = line.is(REFERRERS);
        Descriptor copied;
        try (TransferProgress progress = RegistryAccess.progress(session, quiet);
                Registries registries = RegistryAccess.open(line, session, progress)) {
            copied =
                    RegistryAccess.stoppably(
                            session,
                            () ->
                                    new Copying(registries, session, platform, referrers)
                                            .copy(from, to));
        }
        session.out().println(copied.digest());
        return Main.OK;
    }

    /// One copy.
    private record Copying(
            Registries registries,
            Session session,
            @Nullable Platform platform,
            boolean referrers) {

        Descriptor copy(CopyPlace from, CopyPlace to) throws Exception {
            if (from instanceof CopyPlace.Registry(Reference source)
                    && to instanceof CopyPlace.Registry(Reference target)) {
                return new Copy(registries, referrers).copy(source, target, platform).target();
            }
            boolean local = from instanceof CopyPlace.Local || to instanceof CopyPlace.Local;
            if (local) {
                return copy(session.store(), from, to);
            }
            // What only passes through shall leave no name and no layer in the store.
            Path scratch = session.store().newTemp("copy");
            try (Store through = Store.open(scratch)) {
                return write(through, read(through, from), to);
            }
        }

        /// The name in the registry is no name in the store: what it stood for there stays.
        private Descriptor copy(Store store, CopyPlace from, CopyPlace to) throws Exception {
            if (!(from instanceof CopyPlace.Registry(Reference given))) {
                return write(store, read(store, from), to);
            }
            Reference name = given.withDefaultTag();
            Optional<Descriptor> before = store.images().find(name);
            Descriptor copied = write(store, read(store, from), to);
            if (to instanceof CopyPlace.Local(Reference target)
                    && target.withDefaultTag().equals(name)) {
                return copied;
            }
            if (before.isPresent()) {
                store.images().tag(name, before.get());
            } else {
                store.images().untag(name);
            }
            return copied;
        }

        private Descriptor read(Store store, CopyPlace from) throws Exception {
            return switch (from) {
                case CopyPlace.Local(Reference name) ->
                        store.images()
                                .find(name)
                                .orElseThrow(() -> ImageNotFoundException.none(name.familiar()));
                case CopyPlace.Registry(Reference name) ->
                        (platform == null
                                        ? new Pull(registries, store).pullAll(name)
                                        : new Pull(registries, store).pull(name, platform))
                                .target();
                case CopyPlace.Archive archive -> load(store, archive);
            };
        }

        private Descriptor load(Store store, CopyPlace.Archive archive) throws Exception {
            List<LoadedImage> loaded = new ImageLoad(store, platform).load(archive.path());
            Reference name = archive.name();
            for (LoadedImage image : loaded) {
                if (name == null || image.names().contains(name.withDefaultTag())) {
                    return image.target();
                }
            }
            throw new CommandException(
                    "the archive " + archive.path() + " has no such image", null);
        }

        private Descriptor write(Store store, Descriptor image, CopyPlace to) throws Exception {
            return switch (to) {
                case CopyPlace.Local(Reference name) -> {
                    store.images().tag(name.withDefaultTag(), image);
                    yield image;
                }
                case CopyPlace.Registry(Reference name) ->
                        new Push(registries, store, Compression.gzip(), false)
                                .push(image, name, platform)
                                .target();
                case CopyPlace.Archive archive -> {
                    save(store, image, archive);
                    yield image;
                }
            };
        }

        private void save(Store store, Descriptor image, CopyPlace.Archive archive)
                throws Exception {
            Reference name = archive.name();
            List<Reference> names = name == null ? List.of() : List.of(name.withDefaultTag());
            List<SavedImage> images = List.of(new SavedImage(image, names, platform));
            boolean docker = archive.kind().equals("docker-archive");
            ImageSave.Form form = docker ? ImageSave.Form.DOCKER : ImageSave.Form.OCI;
            ImageSave save = new ImageSave(store, form, null);
            if (archive.kind().equals("oci")) {
                save.toDirectory(images, archive.path());
                return;
            }
            int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC;
            try (Fd out = Fd.open(archive.path(), flags, FILE_MODE)) {
                save.toTar(images, out);
            }
        }
    }
}
