package dev.slipway.bench;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.DockerfileException;
import dev.slipway.dockerfile.Expander;
import dev.slipway.dockerfile.ExpansionException;
import dev.slipway.lint.BaseImages;
import dev.slipway.lint.Finding;
import dev.slipway.lint.LintConfig;
import dev.slipway.lint.Linter;
import dev.slipway.lint.RuleBook;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Reading a Dockerfile, expanding its words, and linting it: `bench/micro Dockerfile`.
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DockerfileBenchmark extends ShortRun {
    private static final int LINES = 10_000;
    private static final Map<String, String> VARIABLES =
            Map.of("VERSION", "1.27.3", "TARGETARCH", "amd64", "PREFIX", "/opt/app");

    private final Expander expander = new Expander('\\');
    private final Linter linter = new Linter(RuleBook.load(), LintConfig.DEFAULT, BaseImages.NONE);
    private String long10k = "";
    private String usual = "";

    /// Makes the texts.
    @Setup
    public void write() {
        LintedFiles files = new LintedFiles();
        usual = valid(files.next());
        StringBuilder text = new StringBuilder();
        long lines = 0;
        for (int stage = 0; lines < LINES; stage++) {
            // stage names must differ
            String file = valid(files.next()).replaceAll("\\bs(\\d)\\b", "f" + stage + "s$1");
            text.append(file);
            lines += file.lines().count();
        }
        long10k = text.toString();
    }

    /// Without the one mistake among them that ends a build.
    private static String valid(String file) {
        return file.replace("CMD --", "CMD serve --");
    }

    /// A file of 10 000 lines, 200 of the usual ones in a row.
    @Benchmark
    public Dockerfile parse10kLines() throws DockerfileException {
        return Dockerfile.parse("Dockerfile", long10k);
    }

    /// A file of 50 lines.
    @Benchmark
    public Dockerfile parse50Lines() throws DockerfileException {
        return Dockerfile.parse("Dockerfile", usual);
    }

    /// A word with three variables, a default and a quoted part.
    @Benchmark
    public String expandWord() throws ExpansionException {
        return expander.expand(
                "${PREFIX}/lib-${TARGETARCH:-arm64}/\"app $VERSION\"/${NONE:-none}.so",
                VARIABLES::get);
    }

    /// A word that stays as it is.
    @Benchmark
    public String expandPlainWord() throws ExpansionException {
        return expander.expand("/usr/local/lib/app-1.27.3/main.so", VARIABLES::get);
    }

    /// All our rules on a file of 50 lines, its parsing included; without ShellCheck.
    @Benchmark
    public List<Finding> lint50Lines() throws DockerfileException {
        return linter.lint(Dockerfile.parse("Dockerfile", usual), null);
    }
}
