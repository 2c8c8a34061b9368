package dev.slipway.dockerfile;

import java.util.List;

/// `ARG`: names that a build may set; before the first `FROM` they are global.
///
/// @param definitions at least one
public record Arg(InstructionSource source, List<ArgDefinition> definitions)
        implements Instruction {
    public Arg {
        definitions = List.copyOf(definitions);
    }
}
