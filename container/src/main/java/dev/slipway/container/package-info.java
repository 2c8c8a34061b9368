@NullMarked
package dev.slipway.container;

import org.jspecify.annotations.NullMarked;
