package dev.slipway.dockerfile;

/// `MAINTAINER`, deprecated.
public record Maintainer(InstructionSource source, String name) implements Instruction {}
