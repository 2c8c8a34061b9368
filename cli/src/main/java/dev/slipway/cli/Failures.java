package dev.slipway.cli;

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
