package dev.slipway.build;

import dev.slipway.bench.ShortRun;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Hashing of cache keys: `bench/micro Key`. Beside what it measures, which is nobody else's.
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KeyBenchmark extends ShortRun {
    private static final int FILES = 20_000;

    private final List<KeyPart> step = new ArrayList<>();
    private final String[] paths = new String[FILES];
    private final byte[] content = new byte[32];

    /// Makes the parts of a RUN with 20 variables, and the paths of a COPY.
    public KeyBenchmark() {
        step.add(new KeyPart("command", "apt-get update && apt-get install -y build-essential"));
        step.add(new KeyPart("platform", "linux/amd64"));
        for (int i = 0; i < 20; i++) {
            step.add(new KeyPart("env " + i, "VARIABLE_" + i + "=/usr/local/lib/value" + i));
        }
        for (int i = 0; i < FILES; i++) {
            paths[i] = "usr/share/d" + i / 100 + "/f" + i + ".txt";
        }
    }

    /// The definition key of a step of 22 parts.
    @Benchmark
    public String ofStep() {
        return KeyHash.of("run", step);
    }

    /// The content key of 20 000 files whose digests are known.
    @Benchmark
    public String of20kFiles() {
        FrameHash hash = new FrameHash("files");
        for (String path : paths) {
            hash.add(path);
            hash.add(0644);
            hash.add(content);
        }
        return hash.hex();
    }
}
