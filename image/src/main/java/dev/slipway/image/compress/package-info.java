/// Compressed streams: written the same on every machine, read with bounds.
@NullMarked
package dev.slipway.image.compress;

import org.jspecify.annotations.NullMarked;
