package dev.slipway.dockerfile;

/// `STOPSIGNAL`.
///
/// @param signal a name, with or without `SIG`, or a number; see [#isValid]
public record StopSignal(InstructionSource source, String signal) implements Instruction {
    /// Returns whether `signal`, variables expanded, names a Linux signal: `SIGTERM`, `term`, `15`,
    /// `RTMIN+3`.
    public static boolean isValid(String signal) {
        return Signals.number(signal) > 0;
    }
}
