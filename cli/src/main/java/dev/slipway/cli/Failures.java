package dev.slipway.cli;

import dev.slipway.container.ContainerException;
import dev.slipway.dockerfile.DockerfileException;
import dev.slipway.image.ImageException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/// Words for each module's typed failures.
final class Failures {
    private final Session session;

    Failures(Session session) {
        this.session = session;
    }

    ErrorPrinter.Message describe(Exception failure) {
        return switch (failure) {
            case CommandException e -> new ErrorPrinter.Message(text(e), List.of(), e.hint());
            case ContainerException e ->
                    new ErrorPrinter.Message(
                            text(e), List.of(), e.hint().isEmpty() ? null : e.hint());
            case ImageException e -> new ErrorPrinter.Message(text(e), List.of(), e.hint());
            case DockerfileException e -> dockerfile(e);
            case InterruptedException _ -> new ErrorPrinter.Message("interrupted", List.of(), null);
            case NoSuchFileException e ->
                    new ErrorPrinter.Message(
                            e.getFile() + ": no such file or directory", List.of(), null);
            case AccessDeniedException e ->
                    new ErrorPrinter.Message(e.getFile() + ": permission denied", List.of(), null);
            case FileSystemException e -> new ErrorPrinter.Message(text(e), List.of(), null);
            default -> unexpected(failure);
        };
    }

    private static ErrorPrinter.Message dockerfile(DockerfileException e) {
        return new ErrorPrinter.Message(
                text(e),
                SourceView.of(
                        e.fileName(),
                        e.range().start().line(),
                        e.range().start().column(),
                        e.range().end().line() == e.range().start().line()
                                ? e.range().end().column()
                                : 0,
                        e.sourceLine()),
                e.suggestion());
    }

    private ErrorPrinter.Message unexpected(Exception failure) {
        if (failure instanceof RuntimeException) {
            return new ErrorPrinter.Message(
                    "internal error: " + failure,
                    List.of(),
                    session.isDebug()
                            ? null
                            : "This is a bug. Run it again with --debug and report what it"
                                    + " prints.");
        }
        return new ErrorPrinter.Message(text(failure), List.of(), null);
    }

    private static String text(Exception failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
