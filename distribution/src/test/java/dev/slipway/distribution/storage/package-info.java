@NullMarked
package dev.slipway.distribution.storage;

import org.jspecify.annotations.NullMarked;
