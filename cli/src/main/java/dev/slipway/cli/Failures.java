package dev.slipway.cli;

import dev.slipway.base.BaseException;
import dev.slipway.build.BuildCancelledException;
import dev.slipway.build.BuildException;
import dev.slipway.build.SourceLines;
import dev.slipway.build.bake.BakeException;
import dev.slipway.build.bake.BakePlace;
import dev.slipway.cli.options.Suggestion;
import dev.slipway.cli.output.Human;
import dev.slipway.container.ContainerException;
import dev.slipway.dockerfile.DockerfileException;
import dev.slipway.dockerfile.Problem;
import dev.slipway.image.ImageException;
import dev.slipway.image.ImageNotFoundException;
import dev.slipway.image.NamedImage;
import dev.slipway.image.Reference;
import dev.slipway.pipeline.TagRuleException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/// Words for each module's typed failures.
final class Failures {
    private static final int MOST_ERRORS = 10;
    private static final int SHOWN_OF_LINE = 300; // a line may have megabytes

    private final Session session;

    Failures(Session session) {
        this.session = session;
    }

    /// What to tell, in order; at least one message.
    List<ErrorPrinter.Message> describe(Exception failure) {
        DockerfileException syntax = syntaxErrors(failure);
        return syntax == null ? List.of(describeOne(failure)) : dockerfile(syntax);
    }

    private static @Nullable DockerfileException syntaxErrors(Exception failure) {
        if (failure instanceof DockerfileException syntax) {
            return syntax;
        }
        return failure instanceof BuildException e
                        && e.getCause() instanceof DockerfileException syntax
                ? syntax
                : null;
    }

    private ErrorPrinter.Message describeOne(Exception failure) {
        return switch (failure) {
            case CommandException e -> new ErrorPrinter.Message(text(e), List.of(), e.hint());
            case BuildException e -> build(e);
            case BakeException e -> bake(e);
            case TagRuleException e -> new ErrorPrinter.Message(text(e), List.of(), e.hint());
            case BuildCancelledException _ ->
                    new ErrorPrinter.Message("the build was canceled", List.of(), null);
            case BaseException e -> new ErrorPrinter.Message(text(e), List.of(), e.hint());
            case ContainerException e ->
                    new ErrorPrinter.Message(
                            text(e), List.of(), e.hint().isEmpty() ? null : e.hint());
            case ImageNotFoundException e -> missingImage(e);
            case ImageException e -> new ErrorPrinter.Message(text(e), List.of(), e.hint());
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

    private static ErrorPrinter.Message build(BuildException e) {
        String step = e.step();
        SourceLines source = e.source();
        List<String> where = new ArrayList<>();
        if (source != null) {
            where.add("  --> " + source.place());
            String line = Human.ellipsis(Human.printable(source.text()), SHOWN_OF_LINE);
            where.add("  " + source.firstLine() + " | " + line);
        }
        boolean command = e.exitCode() != null;
        if (command && step != null) {
            where.add("  > " + Human.printable(step));
        }
        for (String line : e.lastLines()) {
            where.add("  | " + Human.printable(line));
        }
        String what = step == null || command ? text(e) : step + ": " + text(e);
        return new ErrorPrinter.Message(what, where, e.hint());
    }

    private static ErrorPrinter.Message bake(BakeException e) {
        BakePlace place = e.place();
        List<String> where = new ArrayList<>();
        if (place != null) {
            String number = Integer.toString(place.line());
            where.add("  --> " + place);
            where.add("  " + number + " | " + Human.printable(place.text()));
            where.add("  " + " ".repeat(number.length()) + " | " + place.pointer());
        }
        return new ErrorPrinter.Message(text(e), where, e.hint());
    }

    private ErrorPrinter.Message missingImage(ImageNotFoundException e) {
        List<String> names = new ArrayList<>();
        try {
            for (NamedImage image : session.store().images().list()) {
                Reference name = image.name();
                if (name != null) {
                    names.add(name.familiar());
                    names.add(name.familiarName());
                }
            }
        } catch (IOException _) {
            // No suggestion then.
        }
        String meant = Suggestion.nearest(e.wanted(), names);
        String hint =
                meant == null || meant.equals(e.wanted())
                        ? e.hint()
                        : "Did you mean " + meant + "?";
        return new ErrorPrinter.Message(text(e), List.of(), hint);
    }

    /// One message for each error of a Dockerfile: who mends one wants to know the others.
    private static List<ErrorPrinter.Message> dockerfile(DockerfileException e) {
        List<ErrorPrinter.Message> messages = new ArrayList<>();
        List<Problem> errors = e.errors();
        for (Problem error : errors.subList(0, Math.min(errors.size(), MOST_ERRORS))) {
            messages.add(dockerfile(e, error));
        }
        if (errors.size() > MOST_ERRORS) {
            String more = errors.size() - MOST_ERRORS + " more errors in " + e.fileName();
            messages.add(new ErrorPrinter.Message(more, List.of(), null));
        }
        return messages;
    }

    private static ErrorPrinter.Message dockerfile(DockerfileException e, Problem error) {
        List<String> where = new ArrayList<>();
        where.add("  --> " + e.fileName() + ":" + error.range().start());
        String number = Integer.toString(error.range().start().line());
        for (String line : e.pointer(error).split("\n", -1)) {
            where.add("  " + number + " | " + line);
            number = " ".repeat(number.length());
        }
        String meant = error.suggestion();
        String dashes = error.message().startsWith("unknown flag") ? "--" : "";
        return new ErrorPrinter.Message(
                error.message(),
                where,
                meant == null ? null : "Did you mean " + dashes + meant + "?");
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
