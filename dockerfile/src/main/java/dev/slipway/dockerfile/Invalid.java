package dev.slipway.dockerfile;

/// An instruction that could not be understood: an unknown keyword, or arguments that make no
/// sense. Only a tolerant parse yields it, and [Dockerfile#problems] says what is wrong.
public record Invalid(InstructionSource source) implements Instruction {}
