package dev.slipway.dockerfile;

import java.util.List;

/// `SHELL`: what runs the shell form of later commands.
///
/// @param command at least one word
public record Shell(InstructionSource source, List<String> command) implements Instruction {
    public Shell {
        command = List.copyOf(command);
    }
}
