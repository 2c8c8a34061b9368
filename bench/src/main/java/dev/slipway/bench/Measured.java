package dev.slipway.bench;

/// One run of a process.
///
/// @param seconds wall time from start to exit
/// @param peakKib the largest resident set seen, in KiB; 0 when the process was too short to be
///   seen
record Measured(double seconds, long peakKib) {}
