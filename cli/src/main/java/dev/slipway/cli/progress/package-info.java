/// Views of a running build: the terminal's live region, plain lines, JSON lines, silence.
@NullMarked
package dev.slipway.cli.progress;

import org.jspecify.annotations.NullMarked;
