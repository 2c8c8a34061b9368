package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A Dockerfile as a syntax tree: every directive, comment, instruction, flag, word and
/// here-document with its exact [Range] in the text.
public final class Dockerfile {
    /// Longest text accepted, in characters.
    public static final int MAX_LENGTH = 16 << 20;

    private final String fileName;
    private final String text;
    private final char escape;
    private final List<Directive> directives;
    private final List<Comment> comments;
    private final List<Instruction> instructions;
    private final List<Arg> globalArgs;
    private final List<Stage> stages;
    private final List<Problem> problems;

    Dockerfile(
            String fileName,
            String text,
            char escape,
            List<Directive> directives,
            List<Comment> comments,
            List<Instruction> instructions,
            List<Arg> globalArgs,
            List<Stage> stages,
            List<Problem> problems) {
        this.fileName = fileName;
        this.text = text;
        this.escape = escape;
        this.directives = List.copyOf(directives);
        this.comments = List.copyOf(comments);
        this.instructions = List.copyOf(instructions);
        this.globalArgs = List.copyOf(globalArgs);
        this.stages = List.copyOf(stages);
        this.problems = List.copyOf(problems);
    }

    /// Parses a whole Dockerfile.
    ///
    /// @param fileName for messages
    /// @throws DockerfileException if anything in it is wrong; it carries all errors
    public static Dockerfile parse(String fileName, String text) throws DockerfileException {
        return parseTolerant(fileName, text).orThrow();
    }

    /// Parses the bytes of a Dockerfile, which must be UTF-8.
    ///
    /// @param fileName for messages
    /// @throws DockerfileException if anything in it is wrong; it carries all errors
    public static Dockerfile parse(String fileName, byte[] content) throws DockerfileException {
        throw new UnsupportedOperationException(fileName + content.length);
    }

    /// Parses what may be wrong or a part of a Dockerfile, as an editor or a linter has it. Goes on
    /// after errors, which [#problems] lists. Never throws.
    ///
    /// @param fileName for messages
    public static Dockerfile parseTolerant(String fileName, String text) {
        throw new UnsupportedOperationException(fileName + text.length());
    }

    /// Parses the expression of an `ONBUILD`, as an image's configuration keeps it.
    ///
    /// @param origin for messages, such as the name of the image
    /// @throws DockerfileException if it is not exactly one valid instruction, or `FROM`, `ONBUILD`
    ///   or `MAINTAINER`
    public static Instruction parseTrigger(String origin, String expression)
            throws DockerfileException {
        throw new UnsupportedOperationException(origin + expression);
    }

    Dockerfile orThrow() throws DockerfileException {
        return this;
    }

    /// Returns the name the file was parsed under.
    public String fileName() {
        return fileName;
    }

    /// Returns the text as it was parsed.
    public String text() {
        return text;
    }

    /// Returns the escape character: backslash, or what the `escape` directive says.
    public char escape() {
        return escape;
    }

    /// Returns the parser directives, in the order written.
    public List<Directive> directives() {
        return directives;
    }

    /// Returns the directive of that name (lower case), or null.
    public @Nullable Directive directive(String name) {
        for (Directive directive : directives) {
            if (directive.name().equals(name)) {
                return directive;
            }
        }
        return null;
    }

    /// Returns the comments, directives not among them, in the order written.
    public List<Comment> comments() {
        return comments;
    }

    /// Returns all instructions, in the order written.
    public List<Instruction> instructions() {
        return instructions;
    }

    /// Returns the `ARG`s before the first `FROM`.
    public List<Arg> globalArgs() {
        return globalArgs;
    }

    /// Returns the stages; none if there is no `FROM`.
    public List<Stage> stages() {
        return stages;
    }

    /// Returns what is wrong, in the order of the file: only warnings after a strict parse.
    public List<Problem> problems() {
        return problems;
    }
}
