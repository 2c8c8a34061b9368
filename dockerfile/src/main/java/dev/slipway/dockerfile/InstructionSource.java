package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// How an instruction is written; every [Instruction] has one, also a wrong one.
///
/// @param range from the keyword to the end of the last line, here-documents included
/// @param keyword as written, such as `run`
/// @param flags in the order written, also unknown ones
/// @param arguments the words after the flags, split as this instruction splits them: `RUN` in
///   shell form has one, `ENV` a key and a value in turn, `HEALTHCHECK` the type and the command,
///   `ONBUILD` the trigger as one
/// @param json whether the arguments are a JSON array of strings
/// @param rest everything after the keyword and the flags, in one line
/// @param heredocs in the order of their markers
/// @param original the instruction in one line: continuations joined, comments dropped, without
///   here-documents. BuildKit shows this in its progress and in the history
public record InstructionSource(
        Range range,
        Word keyword,
        List<Flag> flags,
        List<Word> arguments,
        boolean json,
        Word rest,
        List<Heredoc> heredocs,
        String original) {
    public InstructionSource {
        flags = List.copyOf(flags);
        arguments = List.copyOf(arguments);
        heredocs = List.copyOf(heredocs);
    }

    /// Returns the last flag of that name (without `--`), or null.
    public @Nullable Flag flag(String name) {
        for (int i = flags.size() - 1; i >= 0; i--) {
            if (flags.get(i).name().equals(name)) {
                return flags.get(i);
            }
        }
        return null;
    }
}
