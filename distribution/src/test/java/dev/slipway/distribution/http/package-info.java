@NullMarked
package dev.slipway.distribution.http;

import org.jspecify.annotations.NullMarked;
