package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
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
        return parse(fileName, Utf8.decode(fileName, content));
    }

    /// Parses what may be wrong or a part of a Dockerfile, as an editor or a linter has it. Goes on
    /// after errors, which [#problems] lists. Never throws.
    ///
    /// @param fileName for messages
    public static Dockerfile parseTolerant(String fileName, String text) {
        return new DockerfileParser(fileName, text).parse();
    }

    /// Parses the expression of an `ONBUILD`, as an image's configuration keeps it.
    ///
    /// @param origin for messages, such as the name of the image
    /// @throws DockerfileException if it is not exactly one valid instruction, or `FROM`, `ONBUILD`
    ///   or `MAINTAINER`
    public static Instruction parseTrigger(String origin, String expression)
            throws DockerfileException {
        Dockerfile file = new DockerfileParser(origin, expression).parseFragment().orThrow();
        if (file.instructions.size() != 1) {
            throw file.failure("an ONBUILD trigger must be one instruction");
        }
        Instruction trigger = file.instructions.getFirst();
        if (trigger instanceof From
                || trigger instanceof OnBuild
                || trigger instanceof Maintainer) {
            throw file.failure(
                    trigger.source().keyword().text() + " isn't allowed as an ONBUILD trigger");
        }
        return trigger;
    }

    private DockerfileException failure(String message) {
        Range start = new SourceText(text).range(0, 0);
        Problem problem = new Problem(Problem.Severity.ERROR, null, message, start, null);
        return new DockerfileException(fileName, text, List.of(problem));
    }

    private Dockerfile orThrow() throws DockerfileException {
        List<Problem> errors = errors();
        if (!errors.isEmpty()) {
            throw new DockerfileException(fileName, text, errors);
        }
        return this;
    }

    private List<Problem> errors() {
        List<Problem> errors = new ArrayList<>();
        for (Problem problem : problems) {
            if (problem.severity() == Problem.Severity.ERROR) {
                errors.add(problem);
            }
        }
        return errors;
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
