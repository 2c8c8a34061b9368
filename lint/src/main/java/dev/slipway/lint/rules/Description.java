package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.Comment;
import dev.slipway.dockerfile.From;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.lint.model.LintFile;

import org.jspecify.annotations.Nullable;

/// What a comment that describes an instruction must begin with.
final class Description {
    private Description() {}

    /// Returns the word; null for an instruction that comments need not describe.
    static @Nullable String nameOf(Instruction instruction) {
        if (instruction instanceof Arg arg) {
            return arg.definitions().size() == 1
                    ? arg.definitions().getFirst().name()
                    : "<arg_key>";
        }
        String name = instruction instanceof From from ? from.name() : null;
        return name == null ? null : Wording.lower(name);
    }

    /// Returns whether the comment stands between the lines of an instruction.
    static boolean isInside(Comment comment, LintFile file) {
        int at = comment.range().start().offset();
        for (Instruction instruction : file.instructions()) {
            if (instruction.range().start().offset() < at
                    && at < instruction.range().end().offset()) {
                return true;
            }
        }
        return false;
    }
}
