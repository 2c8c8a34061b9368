package dev.slipway.container;

import org.jspecify.annotations.Nullable;

/// A container could not be started or run.
public final class ContainerException extends Exception {
    private static final long serialVersionUID = 1L;

    /// What went wrong.
    public enum Reason {
        /// The command does not exist in the container: exit code 127.
        COMMAND_NOT_FOUND,
        /// The command cannot be executed: exit code 126.
        COMMAND_NOT_EXECUTABLE,
        /// The specification cannot be met, such as a mount whose source is missing.
        INVALID_SPEC,
        /// This machine lacks something: a permission, a tool, a kernel feature.
        UNSUPPORTED,
        /// Anything else.
        FAILED
    }

    private final Reason reason;
    private final String hint;

    ContainerException(Reason reason, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.hint = hint;
    }

    ContainerException(Reason reason, String message, @Nullable Throwable cause) {
        this(reason, message, "", cause);
    }

    public Reason reason() {
        return reason;
    }

    /// What to do about it, one line; empty if there is nothing to say.
    public String hint() {
        return hint;
    }

    /// What a command that reports this should exit with: 127, 126 or 125, as `docker run` does.
    public int exitCode() {
        return switch (reason) {
            case COMMAND_NOT_FOUND -> 127;
            case COMMAND_NOT_EXECUTABLE -> 126;
            case INVALID_SPEC, UNSUPPORTED, FAILED -> 125;
        };
    }
}
