package dev.slipway.pipeline;

import dev.slipway.bench.ShortRun;
import dev.slipway.distribution.TagSeries;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Versions in 10 000 tags: `bench/micro Version`. Beside what it measures, which is nobody else's.
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class VersionBenchmark extends ShortRun {
    private static final int TAGS = 10_000;

    private final List<String> tags = new ArrayList<>();

    /// Makes the tags.
    public VersionBenchmark() {
        Random random = new Random(46);
        for (int i = 0; i < TAGS; i++) {
            String version =
                    random.nextInt(9) + "." + random.nextInt(40) + "." + random.nextInt(100);
            tags.add(i % 4 == 0 ? version + "-rc." + random.nextInt(20) : version);
        }
    }

    /// Reads all of them as semver and puts them in order.
    @Benchmark
    public List<Version> sort10kTags() {
        List<Version> versions = new ArrayList<>(TAGS);
        for (String tag : tags) {
            versions.add(Objects.requireNonNull(Version.semver(tag)));
        }
        versions.sort(null);
        return versions;
    }

    /// Finds what is newer than one of them at each level.
    @Benchmark
    public Map<TagSeries.Level, String> newerOf10kTags() {
        return TagSeries.newer("3.20.7", tags);
    }
}
