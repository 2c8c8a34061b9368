/// What happens around a build: which names its result gets.
///
/// Start at {@link dev.slipway.pipeline.TagPlan}: it makes tags, labels and annotations of {@link
/// dev.slipway.pipeline.TagRule}s and {@link dev.slipway.pipeline.TagFacts}, and {@link
/// dev.slipway.pipeline.TagDecisions} compares them with the tags that are there.
@NullMarked
package dev.slipway.pipeline;

import org.jspecify.annotations.NullMarked;
