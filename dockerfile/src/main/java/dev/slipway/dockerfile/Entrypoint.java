package dev.slipway.dockerfile;

/// `ENTRYPOINT`: the command that `CMD` gives arguments to.
public record Entrypoint(InstructionSource source, CommandForm command) implements Instruction {}
