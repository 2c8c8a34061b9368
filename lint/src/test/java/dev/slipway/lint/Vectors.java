package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Json;

import org.junit.jupiter.api.Assumptions;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Tables of cases with known outcomes, when their folder is there.
final class Vectors {
    private Vectors() {}

    static List<Json.Obj> lines(String name) throws Exception {
        Path root = Path.of("").toAbsolutePath();
        while (root != null && !Files.isDirectory(root.resolve("shared/vectors"))) {
            root = root.getParent();
        }
        Assumptions.assumeTrue(root != null, "no folder shared/vectors above the project");
        Path table = root.resolve("shared/vectors/lint").resolve(name);
        List<Json.Obj> cases = new ArrayList<>();
        for (String line : Files.readAllLines(table)) {
            Json json = Json.parse(line.getBytes(StandardCharsets.UTF_8));
            cases.add((Json.Obj) json);
        }
        assertThat(cases).isNotEmpty();
        return cases;
    }
}
