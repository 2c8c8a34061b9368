package dev.slipway.build;

import dev.slipway.image.ImageException;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A build that could not be done, with all a person needs to mend it.
///
/// The message is one line that says what failed. Where is in {@link #source()}, what to do in
/// {@link #hint()}; a failed command also carries its exit code and last output lines.
public final class BuildException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable SourceLines source;
    private final @Nullable String hint;
    private final @Nullable String step;
    private final @Nullable Integer exitCode;
    private final transient List<String> lastLines;

    private BuildException(Facts facts) {
        super(facts.message, facts.cause);
        this.source = facts.source;
        this.hint = facts.hint;
        this.step = facts.step;
        this.exitCode = facts.exitCode;
        this.lastLines = List.copyOf(facts.lastLines);
    }

    /// The Dockerfile lines at fault; null when no line is.
    public @Nullable SourceLines source() {
        return source;
    }

    /// What to do about it; null when nothing useful can be said.
    public @Nullable String hint() {
        return hint;
    }

    /// The step's name as progress shows it; null outside a step.
    public @Nullable String step() {
        return step;
    }

    /// The failed command's exit code, 128 + signal when killed; null when no command failed.
    public @Nullable Integer exitCode() {
        return exitCode;
    }

    /// The last lines the failed command wrote, oldest first; empty when none.
    public List<String> lastLines() {
        return lastLines;
    }

    static Facts of(String message) {
        return new Facts(message);
    }

    static BuildException io(String what, Throwable cause) {
        return of(what + ": " + messageOf(cause))
                .hint(cause instanceof ImageException known ? known.hint() : null)
                .cause(cause)
                .make();
    }

    static String messageOf(Throwable cause) {
        var message = cause.getMessage();
        if (message == null || message.isEmpty()) {
            return cause.getClass().getSimpleName();
        }
        return cause instanceof java.nio.file.NoSuchFileException
                ? message + ": no such file or directory"
                : message;
    }

    /// The same failure, placed in a step of the Dockerfile unless it already has a place.
    BuildException in(Step at) {
        if (step != null && source != null) {
            return this;
        }
        var facts = of(messageOf(this)).cause(getCause()).hint(hint).lastLines(lastLines);
        facts.exitCode = exitCode;
        facts.step = step == null ? at.name() : step;
        facts.source = source == null ? at.source() : source;
        return facts.make();
    }

    /// Collects the facts of a failure.
    static final class Facts {
        private final String message;
        private @Nullable Throwable cause;
        private @Nullable SourceLines source;
        private @Nullable String hint;
        private @Nullable String step;
        private @Nullable Integer exitCode;
        private List<String> lastLines = List.of();

        private Facts(String message) {
            this.message = message;
        }

        Facts cause(@Nullable Throwable value) {
            cause = value;
            return this;
        }

        Facts source(@Nullable SourceLines value) {
            source = value;
            return this;
        }

        Facts hint(@Nullable String value) {
            hint = value;
            return this;
        }

        Facts step(Step value) {
            step = value.name();
            source = value.source();
            return this;
        }

        Facts exit(int code) {
            exitCode = code;
            return this;
        }

        Facts lastLines(List<String> value) {
            lastLines = value;
            return this;
        }

        BuildException make() {
            return new BuildException(this);
        }
    }
}
