package dev.slipway.build.bake;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What is to be built.
///
/// @param groups all groups on the way from the names asked for; `default` is what was asked for
/// @param targets to build, among them those that others only need
public record BakePlan(SortedMap<String, BakeGroup> groups, SortedMap<String, BakeTarget> targets) {
    public BakePlan {
        groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
        targets = Collections.unmodifiableSortedMap(new TreeMap<>(targets));
    }

    /// The plan as `buildx bake --print` writes it, which is again a bake file.
    public String toJson() {
        return PlanJson.of(this);
    }
}
