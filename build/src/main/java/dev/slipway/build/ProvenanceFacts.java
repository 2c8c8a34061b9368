package dev.slipway.build;

import java.time.Instant;

/// What is the same for the provenance of each platform's result.
///
/// @param invocation the build's id
/// @param started when the build began
/// @param finished when its last step was done
record ProvenanceFacts(
        BuildRequest request,
        DockerfileSource dockerfile,
        String invocation,
        Instant started,
        Instant finished) {}
