package dev.slipway.build.bake;

import dev.slipway.build.BuildException;

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

    /// The plan of a bake file that came from a repository: contexts that are paths are directories
    /// of it, unless `cwd://` says otherwise.
    ///
    /// @param address of the repository
    public BakePlan in(String address) throws BuildException {
        var moved = new TreeMap<String, BakeTarget>();
        for (var target : targets.entrySet()) {
            moved.put(target.getKey(), target.getValue().in(address));
        }
        return new BakePlan(groups, moved);
    }

    /// The plan as `buildx bake --print` writes it, which is again a bake file.
    public String toJson() {
        return PlanJson.of(this);
    }
}
