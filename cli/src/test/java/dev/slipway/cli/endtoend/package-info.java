/// The whole command on real input: beside other builders and tools, under kill -9, on a full disk,
/// against attacks.
@NullMarked
package dev.slipway.cli.endtoend;

import org.jspecify.annotations.NullMarked;
