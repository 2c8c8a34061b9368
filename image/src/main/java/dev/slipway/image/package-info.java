/// Images: references, digests, manifests and configurations, the local store that holds them, and
/// their layers. Start at [Store].
@NullMarked
package dev.slipway.image;

import org.jspecify.annotations.NullMarked;
