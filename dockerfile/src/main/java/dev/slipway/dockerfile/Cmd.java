package dev.slipway.dockerfile;

/// `CMD`: the default command.
public record Cmd(InstructionSource source, CommandForm command) implements Instruction {}
