/// Who we are to a registry: where credentials are kept, what challenges ask for, how tokens are
/// had.
@NullMarked
package dev.slipway.distribution.auth;

import org.jspecify.annotations.NullMarked;
