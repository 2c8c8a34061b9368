/// What was kept of builds, read back: `builds/<id>/` of a store, which a build writes as it goes.
///
/// Start at {@link dev.slipway.build.record.BuildRecords}. Nothing here runs during a build.
@NullMarked
package dev.slipway.build.record;

import org.jspecify.annotations.NullMarked;
