package dev.slipway.bench;

import dev.slipway.dockerfile.IgnorePatternException;
import dev.slipway.dockerfile.IgnorePatterns;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.concurrent.TimeUnit;

/// `.dockerignore` against 100 000 paths in the order of a walk: `bench/micro Ignore`.
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class IgnoreBenchmark extends ShortRun {
    private static final String USUAL =
            """
            # what a web application leaves out
            .git
            **/node_modules
            **/*.log
            **/.env*
            !**/.env.example
            dist/
            build/
            coverage
            docs/**/*.md
            !docs/README.md
            **/*_test.go
            *.swp
            Dockerfile*
            .dockerignore
            """;

    /// How many patterns: the 14 of a usual file, or 1 000 of two kinds.
    @Param({"14", "1000"})
    public int patterns;

    private final String[] paths = new String[100_000];
    private IgnorePatterns ignore = IgnorePatterns.NONE;

    /// Makes patterns and paths.
    @Setup
    public void write() throws IgnorePatternException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < patterns / 2; i++) {
            text.append("**/*.t").append(i).append('\n');
            text.append('d').append(i).append("/**/f*\n");
        }
        ignore = IgnorePatterns.parse(patterns == 1000 ? text.toString() : USUAL);
        for (int i = 0; i < paths.length; i++) {
            paths[i] = "d" + i / 100 + "/e/f" + i + ".t" + i % 700;
        }
    }

    /// All paths, one after the other.
    @Benchmark
    public int match100kPaths() {
        int ignored = 0;
        for (String path : paths) {
            if (ignore.ignores(path)) {
                ignored++;
            }
        }
        return ignored;
    }
}
