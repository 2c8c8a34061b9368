package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Page;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Keeps `docs/cli` true. To write the pages anew: run this test with `-Dslipway.pages=write`.
class PagesTest {
    private static final String WRITE = "slipway.pages";

    private static Path directory() {
        Path here = Path.of("").toAbsolutePath();
        Path root = here.endsWith("cli") ? here.resolveSibling("docs") : here.resolve("docs");
        return root.resolve("cli");
    }

    private static Map<String, String> pages() {
        Map<String, String> pages = new TreeMap<>();
        StringBuilder index =
                new StringBuilder("# Commands\n\n| command | what it does |\n| --- | --- |\n");
        for (CommandSpec spec : Main.specs()) {
            String file = spec.name().replace(' ', '-') + ".md";
            pages.put(file, Page.of(spec));
            index.append("| [slipway ")
                    .append(spec.name())
                    .append("](")
                    .append(file)
                    .append(") | ");
            index.append(spec.summary()).append(" |\n");
        }
        pages.put("README.md", index.toString());
        return pages;
    }

    @Test
    void pages_areWhatTheOptionTableSays() throws IOException {
        Path directory = directory();
        if ("write".equals(System.getProperty(WRITE))) {
            write(directory);
        }
        for (Map.Entry<String, String> page : pages().entrySet()) {
            Path file = directory.resolve(page.getKey());
            assertThat(file).exists();
            assertThat(Files.readString(file)).as(page.getKey()).isEqualTo(page.getValue());
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString())).isSubsetOf(pages().keySet());
        }
    }

    private static void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (Map.Entry<String, String> page : pages().entrySet()) {
            Files.writeString(directory.resolve(page.getKey()), page.getValue());
        }
    }
}
