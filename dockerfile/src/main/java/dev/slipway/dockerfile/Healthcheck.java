package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// `HEALTHCHECK`. A zero duration or count means: as the base image or the engine has it.
///
/// @param command null for `NONE`
public record Healthcheck(
        InstructionSource source,
        @Nullable CommandForm command,
        Duration interval,
        Duration timeout,
        Duration startPeriod,
        Duration startInterval,
        int retries)
        implements Instruction {}
