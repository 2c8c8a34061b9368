package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// What the build cache holds, seen, pruned, and taken elsewhere.
class CacheCommandTest {
    @TempDir Path directory;
    private Path context = Path.of("");

    @BeforeEach
    void build() throws Exception {
        context = Files.createDirectory(directory.resolve("context"));
        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch\nCOPY a.txt /a\nCOPY b.txt /b\n");
        Files.writeString(context.resolve("a.txt"), "one\n");
        Files.writeString(context.resolve("b.txt"), "two\n");
        assertThat(slipway("build", "-t", "app", context.toString()).code()).isZero();
    }

    private Invocation slipway(String... args) {
        return in("home", args);
    }

    private Invocation in(String home, String... args) {
        Map<String, String> env = new HashMap<>();
        env.put("SLIPWAY_HOME", directory.resolve(home).toString());
        return Invocation.with(env, "", args);
    }

    @Test
    void ls_hasBuildKitsColumnsAndTotals() {
        String text = slipway("buildx", "du").out();
        assertThat(text)
                .startsWith("ID ")
                .contains(
                        "RECLAIMABLE", "LAST ACCESSED", "COPY a.txt /a", "Reclaimable:", "Total:");
        assertThat(slipway("cache", "ls", "--verbose").out()).contains("Type:         regular");
        assertThat(
                        slipway(
                                        "builder",
                                        "du",
                                        "--filter",
                                        "description~=b.txt",
                                        "--format",
                                        "json")
                                .out())
                .contains("\"Type\":\"regular\"", "COPY b.txt", "\"Size\":")
                .doesNotContain("COPY a.txt");
        assertThat(slipway("cache", "ls", "--filter", "x=y").code()).isEqualTo(Main.WRONG_USAGE);
    }

    @Test
    void prune_filtersAndLimits() {
        assertThat(slipway("builder", "prune", "-f", "--filter", "until=1h").out())
                .contains("Forgotten: 0 items");
        assertThat(slipway("cache", "prune", "-f", "--filter", "description~=a.txt").out())
                .contains("Forgotten: 1 item\n");
        assertThat(slipway("buildx", "prune", "-f", "--reserved-space", "1g").out())
                .contains("Forgotten: 0 items");
        assertThat(slipway("buildx", "prune", "-f", "--max-used-space", "1").out())
                .contains("Forgotten: 1 item\n");
    }

    @Test
    void exportThenImport_secondStoreHasTheSteps() {
        Path archive = directory.resolve("cache.tar.zst");
        Invocation run = slipway("cache", "export", "-o", archive.toString());
        assertThat(run.err()).startsWith("Exported 0 cache mounts, ").contains(" 2 layers: ");
        assertThat(in("other", "cache", "import", "-i", archive.toString()).err())
                .startsWith("Imported 0 cache mounts, ");
        assertThat(in("other", "build", "-t", "app", context.toString()).err())
                .contains("0 steps done, 2 from the cache");
        assertThat(in("third", "cache", "import", "--mounts", "-i", archive.toString()).code())
                .isZero();
        assertThat(in("third", "build", context.toString()).err()).contains("2 steps done");
    }

    @Test
    void import_ofNoArchive_saysSo() throws Exception {
        Path archive = directory.resolve("none");
        Files.writeString(archive, "nothing");
        assertThat(slipway("cache", "import", "-i", archive.toString()).code())
                .isEqualTo(Main.FAILED);
        assertThat(slipway("cache", "import", "-i", directory.resolve("missing").toString()).err())
                .contains("no such file");
        assertThat(slipway("cache", "export", "--mounts", "--records").code())
                .isEqualTo(Main.WRONG_USAGE);
    }

    @Test
    void policy_isAppliedOnDemandAndAfterABuild() throws Exception {
        Path home = directory.resolve("home");
        Files.writeString(home.resolve("gc.json"), "{\"rules\": [{\"unusedFor\": \"1h\"}]}");
        age(home.resolve("cache/records"));
        assertThat(slipway("system", "prune", "--policy").code()).isZero();
        assertThat(slipway("cache", "ls", "--format", "{{.ID}}").out()).isEmpty();

        // A build that does nothing does not tidy up, one that does something does, once a day.
        assertThat(slipway("build", context.toString()).code()).isZero();
        age(home.resolve("cache/records"));
        assertThat(slipway("build", context.toString()).code()).isZero();
        assertThat(slipway("cache", "ls", "--format", "{{.ID}}").out()).isNotEmpty();
        Files.writeString(context.resolve("b.txt"), "three\n");
        age(home.resolve("cache/records"));
        assertThat(slipway("build", context.toString()).code()).isZero();
        assertThat(slipway("cache", "ls", "--format", "{{.ID}}").out().lines()).hasSize(3);
        age(home.resolve("cache"));
        Files.writeString(context.resolve("b.txt"), "four\n");
        age(home.resolve("cache/records"));
        assertThat(slipway("build", context.toString()).code()).isZero();
        assertThat(slipway("cache", "ls", "--format", "{{.Description}}").out().lines())
                .as("only what the last build used")
                .hasSizeLessThan(4);

        Files.writeString(home.resolve("gc.json"), "{\"rules\": 7}");
        assertThat(slipway("system", "prune", "--policy").err()).contains("gc.json", "rules");
    }

    /// Makes everything two days old.
    private static void age(Path directory) throws Exception {
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
        try (var files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, old);
            }
        }
    }
}
