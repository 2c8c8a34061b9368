@NullMarked
package dev.slipway.distribution.auth;

import org.jspecify.annotations.NullMarked;
