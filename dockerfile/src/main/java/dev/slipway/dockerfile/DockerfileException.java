package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A Dockerfile that cannot be understood. The message is one line: position, what is wrong, and
/// what was probably meant; [#pointer] shows the place.
public final class DockerfileException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 120;

    private final String fileName;
    private final String text;
    private final transient List<Problem> errors;

    /// @param errors at least one
    DockerfileException(String fileName, String text, List<Problem> errors) {
        super(message(fileName, errors.getFirst()));
        this.fileName = fileName;
        this.errors = List.copyOf(errors);
        this.text = text;
    }

    private static String message(String fileName, Problem problem) {
        String at = fileName + ":" + problem.range().start() + ": " + problem.message();
        String suggestion = problem.suggestion();
        return suggestion == null ? at : at + " (did you mean " + suggestion + "?)";
    }

    private String lineOf(Problem problem) {
        int offset = problem.range().start().offset();
        int start = text.lastIndexOf('\n', offset - 1) + 1;
        int end = text.indexOf('\n', offset);
        String line = text.substring(start, end < 0 ? text.length() : end);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    /// Returns the name the file was parsed under.
    public String fileName() {
        return fileName;
    }

    /// Returns where the first error is.
    public Range range() {
        return errors.getFirst().range();
    }

    /// Returns what is wrong, without position and suggestion.
    public String reason() {
        return errors.getFirst().message();
    }

    /// Returns the line of the file that the first error starts in, without its line end.
    public String sourceLine() {
        return lineOf(errors.getFirst());
    }

    /// Returns what was probably meant, or null.
    public @Nullable String suggestion() {
        return errors.getFirst().suggestion();
    }

    /// Returns all errors of the file, in its order.
    public List<Problem> errors() {
        return errors;
    }

    /// Returns two lines for a terminal, for one of the errors: the source line, cut to its
    /// interesting part, and carets under the range.
    public String pointer(Problem error) {
        return Pointer.of(lineOf(error), error.range(), SHOWN);
    }
}
