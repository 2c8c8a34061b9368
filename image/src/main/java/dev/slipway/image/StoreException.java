package dev.slipway.image;

import dev.slipway.linux.Errno;
import dev.slipway.linux.LinuxException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// The store cannot do what it is asked to: it is full, may not be written, or is damaged. What was
/// stored before is intact.
public final class StoreException extends ImageException {
    private static final long serialVersionUID = 1L;

    /// What is wrong with the store.
    public enum Kind {
        /// No space, inodes or quota are left.
        FULL,
        /// This user may not write there, or the file system is read-only.
        NOT_WRITABLE,
        /// A stored object is not what its name says.
        DAMAGED,
        /// Anything else the system said.
        FAILED
    }

    private final Kind kind;

    private StoreException(
            Kind kind, String message, @Nullable String hint, @Nullable Throwable cause) {
        super(message, hint, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /// Returns the exception for an object that is not what it should be.
    static StoreException damaged(String message, Path where) {
        return new StoreException(
                Kind.DAMAGED,
                message,
                "Remove " + where + " and pull or build the image again.",
                null);
    }

    /// Returns `e` itself if it is one of ours, else what it means for the store.
    ///
    /// @param attempt what was tried, as "write the blob sha256:…"
    static ImageException of(Path home, String attempt, IOException e) {
        if (e instanceof ImageException ours) {
            return ours;
        }
        Kind kind = kind(e);
        String message = "cannot " + attempt + " in " + home + ": " + reason(kind, e);
        return new StoreException(kind, message, hint(kind), e);
    }

    private static Kind kind(IOException e) {
        if (e instanceof LinuxException linux) {
            return switch (linux.errno()) {
                case Errno.ENOSPC, Errno.EDQUOT -> Kind.FULL;
                case Errno.EACCES, Errno.EPERM, Errno.EROFS -> Kind.NOT_WRITABLE;
                default -> Kind.FAILED;
            };
        }
        if (e instanceof AccessDeniedException) {
            return Kind.NOT_WRITABLE;
        }
        String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        if (said == null) {
            return Kind.FAILED;
        }
        if (said.contains("No space left") || said.contains("quota exceeded")) {
            return Kind.FULL;
        }
        return said.contains("Read-only file system") ? Kind.NOT_WRITABLE : Kind.FAILED;
    }

    private static String reason(Kind kind, IOException e) {
        return switch (kind) {
            case FULL -> "no space left on the device";
            case NOT_WRITABLE -> "permission denied or read-only";
            case DAMAGED, FAILED -> String.valueOf(e.getMessage());
        };
    }

    private static @Nullable String hint(Kind kind) {
        return switch (kind) {
            case FULL ->
                    "Free space with `slipway system prune`, or set SLIPWAY_HOME to a larger disk.";
            case NOT_WRITABLE -> "Set SLIPWAY_HOME to a directory that you may write.";
            case DAMAGED, FAILED -> null;
        };
    }
}
