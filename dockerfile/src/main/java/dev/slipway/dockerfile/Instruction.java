package dev.slipway.dockerfile;

import java.util.List;

/// One instruction. Its strings are as written: variables, quotes and escapes are left for
/// [Expander], unless its documentation says otherwise.
public sealed interface Instruction
        permits Add,
                Arg,
                Cmd,
                Copy,
                Entrypoint,
                Env,
                Expose,
                From,
                Healthcheck,
                Invalid,
                Label,
                Maintainer,
                OnBuild,
                Run,
                Shell,
                StopSignal,
                User,
                Volume,
                Workdir {

    /// Returns how it is written.
    InstructionSource source();

    /// Returns where it is written, here-documents included.
    default Range range() {
        return source().range();
    }

    /// Returns it in one line, as BuildKit shows it: continuations joined, without here-documents.
    default String original() {
        return source().original();
    }

    /// Returns its flags in the order written.
    default List<Flag> flags() {
        return source().flags();
    }
}
