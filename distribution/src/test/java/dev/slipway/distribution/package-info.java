@NullMarked
package dev.slipway.distribution;

import org.jspecify.annotations.NullMarked;
