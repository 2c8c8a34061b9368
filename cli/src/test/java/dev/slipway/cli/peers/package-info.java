/// Slipway beside other builders and tools: dockerd, buildah, skopeo and umoci as judges.
@NullMarked
package dev.slipway.cli.peers;

import org.jspecify.annotations.NullMarked;
