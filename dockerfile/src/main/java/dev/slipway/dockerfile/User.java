package dev.slipway.dockerfile;

/// `USER`.
///
/// @param user `user[:group]`, names or numbers
public record User(InstructionSource source, String user) implements Instruction {}
