@NullMarked
package dev.slipway.linux;

import org.jspecify.annotations.NullMarked;
