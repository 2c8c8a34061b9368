/// Whole-process comparisons of Slipway with the builders that Debian ships, and JMH benchmarks of
/// its hot loops.
@NullMarked
package dev.slipway.bench;

import org.jspecify.annotations.NullMarked;
