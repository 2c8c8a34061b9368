package dev.slipway.dockerfile;

/// `ONBUILD`: an instruction for the build that uses this image.
///
/// @param expression the trigger in one line, its here-documents after it: what the image's
///   configuration keeps, and what [Dockerfile#parseTrigger] reads
/// @param trigger the trigger; [Invalid] if it cannot be understood, which only that later build
///   would refuse
public record OnBuild(InstructionSource source, String expression, Instruction trigger)
        implements Instruction {}
