/// The `slipway` command: one class per command, thin: parse, call one service, print, map the exit
/// code.
///
/// [dev.slipway.cli.Main#run] is the door for tests and for embedding; everything else is found
/// from [dev.slipway.cli.Commands].
@NullMarked
package dev.slipway.cli;

import org.jspecify.annotations.NullMarked;
