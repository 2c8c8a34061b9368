package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;

/// The records of a build's steps, for a cache outside of the store.
///
/// A step that was found from its end leaves the steps before it unlooked at: their records may be
/// known only to the caches the build read from. They are taken from there, so that a cache that is
/// read and written by each build of a project does not lose them.
final class StepRecords {
    private final RecordStore records;
    private final @Nullable RemoteCacheImport imported;
    private final BuildPlan plan;
    private final Keys keys;

    StepRecords(
            RecordStore records, @Nullable RemoteCacheImport imported, BuildPlan plan, Keys keys) {
        this.records = records;
        this.imported = imported;
        this.plan = plan;
        this.keys = keys;
    }

    /// Those of all steps.
    List<CacheRecord> all() throws BuildException, InterruptedException {
        var found = new LinkedHashSet<CacheRecord>();
        for (var step : plan.steps()) {
            if (step instanceof Step.Base || step instanceof Step.Origin) {
                continue;
            }
            var record = find(keys.definition(step).key());
            if (record != null) {
                found.add(record);
            }
        }
        return List.copyOf(found);
    }

    private @Nullable CacheRecord find(String key) {
        var record = records.find(key);
        return record == null && imported != null ? imported.record(key) : record;
    }

    /// Those of the steps on the way to one of the results.
    List<CacheRecord> leadingTo(List<Snapshot> results)
            throws BuildException, InterruptedException {
        var ways = new HashSet<Part>();
        for (var result : results) {
            for (var at = result; at != null; at = at.below()) {
                ways.add(Part.of(at));
            }
        }
        var found = new LinkedHashSet<CacheRecord>();
        for (var record : all()) {
            if (ways.contains(Part.of(record.result()))) {
                found.add(record);
            }
        }
        return List.copyOf(found);
    }

    /// What a result is as a part of another. Layers alone count: who made them when may differ
    /// from cache to cache.
    private record Part(int baseLayers, int steps, String chainId) {
        static Part of(Snapshot result) {
            return new Part(result.base().size(), result.count(), result.chainId());
        }
    }
}
