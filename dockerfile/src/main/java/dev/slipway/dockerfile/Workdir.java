package dev.slipway.dockerfile;

/// `WORKDIR`.
public record Workdir(InstructionSource source, String path) implements Instruction {}
