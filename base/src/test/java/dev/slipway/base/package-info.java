@NullMarked
package dev.slipway.base;

import org.jspecify.annotations.NullMarked;
