package dev.slipway.dockerfile;

import java.util.List;

/// `ENV`: variables of this stage and of the image.
///
/// @param variables at least one
public record Env(InstructionSource source, List<KeyValue> variables) implements Instruction {
    public Env {
        variables = List.copyOf(variables);
    }
}
