package dev.slipway.build;

import dev.slipway.dockerfile.Comment;
import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Instruction;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// The `# slipway: key=value …` comments of a Dockerfile. Each speaks of the instruction below it,
/// with nothing but comments in between. Other builders see comments.
final class CommentDirectives {
    private static final String PREFIX = "slipway:";

    private final Map<Instruction, CommentDirective> byInstruction = new HashMap<>();

    private CommentDirectives() {}

    static CommentDirectives of(Dockerfile file) throws BuildException {
        var lines = new HashMap<Integer, Comment>();
        for (var comment : file.comments()) {
            lines.put(comment.range().start().line(), comment);
        }
        var directives = new CommentDirectives();
        int used = 0;
        for (var instruction : file.instructions()) {
            int line = instruction.range().start().line() - 1;
            for (var c = lines.get(line); c != null; c = lines.get(--line)) {
                if (c.text().startsWith(PREFIX)) {
                    directives.add(file, c, instruction);
                    used++;
                }
            }
        }
        checkAllUsed(file, used);
        return directives;
    }

    private void add(Dockerfile file, Comment comment, Instruction instruction)
            throws BuildException {
        var at = SourceLines.of(file.fileName(), file.text(), comment.range());
        var directive = byInstruction.computeIfAbsent(instruction, _ -> new CommentDirective());
        directive.read(comment.text().substring(PREFIX.length()), instruction, at);
    }

    /// A comment that speaks of nothing is a mistake that would go unnoticed.
    private static void checkAllUsed(Dockerfile file, int used) throws BuildException {
        int all = 0;
        Comment last = null;
        for (var comment : file.comments()) {
            if (comment.text().startsWith(PREFIX)) {
                all++;
                last = comment;
            }
        }
        if (last != null && used < all) {
            throw BuildException.of("a \"# slipway:\" comment stands above no instruction")
                    .source(SourceLines.of(file.fileName(), file.text(), last.range()))
                    .hint("put it right above the RUN or FROM that it is for")
                    .make();
        }
    }

    /// What is said of `instruction`; null: nothing.
    @Nullable CommentDirective find(Instruction instruction) {
        return byInstruction.get(instruction);
    }
}
