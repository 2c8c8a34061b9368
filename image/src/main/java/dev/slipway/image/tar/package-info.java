/// Tar archives as streams: a bounded reader of every dialect met in images and packages (POSIX
/// ustar and pax, GNU, star, v7), and a writer with one canonical form.
@NullMarked
package dev.slipway.image.tar;

import org.jspecify.annotations.NullMarked;
