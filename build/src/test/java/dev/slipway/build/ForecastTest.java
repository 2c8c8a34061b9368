package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.build.Forecast.Verdict;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// What a build would do, compared with what it then does; and why steps miss.
class ForecastTest {
    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.in(directory);
        bench.file("a", "a").file("b", "b").file("sub/c", "c");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private Forecast forecast(
            String text, UnaryOperator<BuildRequest.Builder> adapt, String... files)
            throws Exception {
        return Forecaster.forecast(bench.store(), bench.request(text, adapt), List.of(files));
    }

    private List<String> running(Forecast forecast) {
        var running = new ArrayList<String>();
        for (var entry : forecast.steps()) {
            if (entry.verdict() != Verdict.CACHED) {
                running.add(entry.step().instruction());
            }
        }
        running.sort(null);
        return running;
    }

    private static final String STAGES =
            """
            FROM scratch AS one
            COPY a /a
            COPY sub /sub
            FROM scratch
            COPY b /b
            COPY --from=one /a /x
            COPY --from=one /sub /y
            """;

    @Test
    void forecast_isWhatTheBuildThenDoes() throws Exception {
        assertThat(running(forecast(STAGES, r -> r))).hasSize(5);
        bench.build(STAGES);
        assertThat(running(forecast(STAGES, r -> r))).isEmpty();
        bench.file("sub/c", "changed");
        var forecast = forecast(STAGES, r -> r);
        // Nothing is written: asked twice, it says the same.
        assertThat(running(forecast(STAGES, r -> r))).isEqualTo(running(forecast));
        bench.build(STAGES);
        assertThat(running(forecast)).containsAll(bench.made());
        var perhaps =
                forecast.steps().stream()
                        .filter(e -> e.verdict() == Verdict.RUNS_UNLESS_SAME)
                        .map(e -> e.step().instruction())
                        .toList();
        // The copy of /a turned out the same: its source is another, its content is not.
        assertThat(perhaps).contains("COPY --from=one /a /x");
        assertThat(bench.made()).doesNotContain("COPY --from=one /a /x");
    }

    @Test
    void forecast_saysWhyAndHowLongItTook() throws Exception {
        bench.build(STAGES);
        bench.file("sub/c", "changed");
        var entry =
                forecast(STAGES, r -> r).steps().stream()
                        .filter(e -> e.step().instruction().equals("COPY sub /sub"))
                        .findFirst()
                        .orElseThrow();
        var why = entry.why();
        if (why == null) {
            throw new AssertionError("no reason");
        }
        assertThat(why.summary()).isEqualTo("1 of 1 file changed: sub/c (content)");
        assertThat(why.files()).containsExactly("sub/c");
        assertThat(entry.lastNanos()).isPositive();
    }

    @Test
    void forecast_noCache_runsEverything() throws Exception {
        bench.build(STAGES);
        assertThat(running(forecast(STAGES, r -> r.noCache(true)))).hasSize(5);
        assertThat(running(forecast(STAGES, r -> r.noCacheStage("one")))).hasSize(4);
    }

    @Test
    void change_ofAFile_rebuildsWhoReadsItAndWhoNeedsThat() throws Exception {
        bench.build(STAGES);
        var forecast = forecast(STAGES, r -> r, "a", "sub", "./b", "none");
        assertThat(forecast.impacts()).hasSize(4);
        var a = forecast.impacts().getFirst();
        assertThat(a.readers()).extracting(Step::instruction).containsExactly("COPY a /a");
        assertThat(a.rebuilt()).hasSize(4);
        assertThat(a.nanos()).isPositive();
        assertThat(a.criticalNanos()).isPositive().isLessThanOrEqualTo(a.nanos());
        assertThat(forecast.impacts().get(1).readers()).hasSize(1);
        assertThat(forecast.impacts().get(2).rebuilt()).hasSize(3);
        assertThat(forecast.impacts().get(3).rebuilt()).isEmpty();
    }

    @Test
    void miss_baseChanged_namesTheDigests() throws Exception {
        bench.build("FROM scratch\nCOPY a /a\n", r -> r.tag("base"));
        bench.build("FROM base AS app\nCOPY b /b\nCOPY sub /sub\n");
        bench.file("a", "other");
        bench.build("FROM scratch\nCOPY a /a\n", r -> r.tag("base"));
        bench.build("FROM base AS app\nCOPY b /b\nCOPY sub /sub\n");
        assertThat(bench.reasons().getFirst())
                .contains("the base image changed: FROM base AS app, sha256:")
                .contains(" → sha256:");
        assertThat(bench.reasons().getLast())
                .contains("step 2 above is done anew")
                .contains("COPY b /b");
    }

    @Test
    void miss_newInstruction_isToldFromTheFirstTime() throws Exception {
        bench.build("FROM scratch\nCOPY a /a\n");
        assertThat(bench.reasons().getFirst()).contains("no earlier record");
        bench.build("FROM scratch\nCOPY a /a\nCOPY b /b\n");
        assertThat(bench.reasons().getFirst()).isEqualTo("COPY b /b — the instruction is new");
    }

    @Test
    void miss_destinationOrPlatformChanged_isNamed() throws Exception {
        bench.build("FROM scratch\nCOPY a /a\n");
        bench.build("FROM scratch\nCOPY a /z\n");
        assertThat(bench.reasons().getFirst()).contains("destination changed: \"/a\" → \"/z\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "npm ci | package-lock.json",
                "npm ci --no-audit | package.json",
                "apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/* | ''",
                "pip install -r req/base.txt | req/base.txt",
                "go mod download | go.sum",
                "npm ci && make | -",
                "npm ci; make | -",
                "npm install ./local | -",
                "apt-get install -y ./my.deb | -",
                "FOO=$(cat x) npm ci | -",
                "npm ci > log | -",
                "npm cite | -",
                "pip install -r a.txt -r b.txt | -",
                "mvn package | -"
            })
    void installCommands_areKnownToTheLastWord(String command, String reads) {
        var spec =
                new RunSpec(
                        List.of("/bin/sh", "-c", command),
                        Variables.of(Map.of()),
                        List.of(),
                        "/",
                        "",
                        List.of(),
                        NetworkChoice.DEFAULT,
                        false,
                        "",
                        List.of(),
                        Attempts.ONE,
                        null);
        var files = InstallCommands.reads(spec);
        if (reads.equals("-")) {
            assertThat(files).isNull();
        } else if (reads.isEmpty()) {
            assertThat(files).isEmpty();
        } else {
            assertThat(files).contains(reads);
        }
    }

    @Test
    void advice_savingIsWhatTheRecordsShow() throws Exception {
        bench.close();
        bench = Bench.asRoot(directory.resolve("root"));
        bench.file("package.json", "{}").file("index.js", "1");
        var text =
                """
                FROM busybox
                RUN echo '#!/bin/sh' > /bin/npm && echo 'sleep 0.05' >> /bin/npm && chmod 755 /bin/npm
                WORKDIR /app
                COPY . .
                RUN npm ci
                """;
        bench.build(text);
        assertThat(forecast(text, r -> r).advice()).hasSize(1);
        assertThat(forecast(text, r -> r).advice().getFirst().savedBuilds()).isZero();
        bench.file("index.js", "2");
        bench.build(text); // the order would have saved this
        bench.file("package.json", "{1}");
        bench.build(text); // but not this
        var advice = forecast(text, r -> r).advice().getFirst();
        assertThat(advice.files()).containsExactly("package.json");
        assertThat(advice.order())
                .containsExactly("COPY package.json ./", "RUN npm ci", "COPY . .");
        assertThat(advice.savedBuilds()).isEqualTo(1);
        assertThat(advice.builds()).isEqualTo(3);
        assertThat(advice.savedNanos()).isGreaterThan(50_000_000);
        assertThat(advice.medianNanos()).isGreaterThan(50_000_000);
        assertThat(advice.churn()).as("no repository").isNull();
        // In the better order there is nothing to say.
        var better =
                text.replace("COPY . .\nRUN npm ci", "COPY package.json ./\nRUN npm ci\nCOPY . .");
        bench.build(better);
        assertThat(forecast(better, r -> r).advice()).isEmpty();
        assertThat(Files.exists(bench.store().home())).isTrue();
    }

    /// The context is a directory of a repository; commits of others count, and change nothing.
    @Test
    void advice_saysHowOftenCommitsChangedTheFiles() throws Exception {
        var git = new GitFixture(directory, "app");
        var app = git.work.resolve("app");
        git.file("app/package.json", "{}").file("app/index.js", "0").file("app/notes", "0");
        git.file("app/.dockerignore", "notes\n.dockerignore\n");
        git.commit();
        for (int i = 1; i <= 3; i++) {
            git.file("app/index.js", "" + i).commit();
        }
        git.file("app/package.json", "{1}").commit();
        git.file("app/notes", "1").commit(); // ignored
        git.file("elsewhere", "1").commit();
        var marker = directory.resolve("ran");
        var hook = Files.writeString(directory.resolve("hook"), "#!/bin/sh\ntouch " + marker);
        assertThat(hook.toFile().setExecutable(true)).isTrue();
        git.git("config", "core.fsmonitor", hook.toString());
        git.git("config", "log.showSignature", "true");
        git.git("config", "gpg.program", hook.toString());
        git.git("config", "core.pager", hook.toString());
        Files.deleteIfExists(marker);
        var request =
                BuildRequest.of(app)
                        .dockerfileText("FROM busybox\nWORKDIR /app\nCOPY . .\nRUN npm ci\n");
        var advice = Forecaster.forecast(bench.store(), request.build(), List.of()).advice();
        assertThat(advice).hasSize(1);
        assertThat(advice.getFirst().churn()).isEqualTo(new OrderAdvice.Churn(7, 5, 2));
        assertThat(advice.getFirst().medianNanos()).isEqualTo(-1);
        assertThat(marker).as("what the repository configures is not run").doesNotExist();
        Files.delete(git.work.resolve(".git/HEAD"));
        assertThat(Forecaster.forecast(bench.store(), request.build(), List.of()).advice())
                .as("nothing is measured, and git knows nothing")
                .isEmpty();
    }
}
