package dev.slipway.build;

import dev.slipway.distribution.RegistryException;
import dev.slipway.image.Image;
import dev.slipway.image.ImageException;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The images of another source, by the digests that a lock has for their names, and no others. The
/// lock is read when the first image is asked for.
final class LockedImages implements ImageSource {
    private static final int NOT_FOUND = 404;

    private final Path file;
    private final ImageSource images;
    private @Nullable ImageLock lock;

    LockedImages(Path file, ImageSource images) {
        this.file = file;
        this.images = images;
    }

    @Override
    public Optional<Image> find(Store store, Reference reference, Platform platform, boolean pull)
            throws IOException, InterruptedException {
        var entry = entry(reference.withDefaultTag());
        var pinned = entry.pinned();
        try {
            var image = images.find(store, pinned, platform, pull && !entry.isFromStore());
            if (image.isPresent()) {
                return image;
            }
        } catch (RegistryException e) {
            if (e.status() == NOT_FOUND) {
                throw gone(entry, e);
            }
            throw e;
        }
        throw gone(entry, null);
    }

    private ImageException gone(LockEntry entry, @Nullable Throwable cause) {
        return new ImageException(
                "there is no " + entry.pinned().familiar() + ", which " + name() + " asks for",
                "looked in "
                        + images.description()
                        + "; if it is gone for good, lock what is there now: slipway lock --update="
                        + entry.reference().familiar(),
                cause);
    }

    private LockEntry entry(Reference name) throws IOException {
        var known = lock;
        if (known == null) {
            known = ImageLock.read(file);
            if (known == null) {
                throw new LockException(
                        "there is no lock " + file + ", and --locked takes images by nothing else",
                        "write it with slipway lock, and commit it with the Dockerfile");
            }
            lock = known;
        }
        var entry = known.find(name);
        if (entry != null) {
            return entry;
        }
        throw drift(name, known.nearest(name));
    }

    private LockException drift(Reference name, @Nullable LockEntry nearest) {
        var message = name.familiar() + " is not in " + name();
        if (nearest != null) {
            var other = nearest.reference();
            boolean pinnedElse =
                    name.digest() != null && other.tag() != null && other.tag().equals(name.tag());
            message +=
                    ", which has " + (pinnedElse ? nearest.pinned().familiar() : other.familiar());
        }
        return new LockException(
                message, "if the Dockerfile is as it should be, bring the lock up: slipway lock");
    }

    private String name() {
        return String.valueOf(file.getFileName());
    }

    @Override
    public String description() {
        return images.description();
    }
}
